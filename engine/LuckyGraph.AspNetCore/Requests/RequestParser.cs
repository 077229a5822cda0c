using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using LuckyGraph.Engine.Execution;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.AspNetCore.Requests;

/// <summary>
/// Reads request parameters (GraphQL over HTTP, "Request Parameters") from UTF-8 JSON. The document stays where it is in the
/// body, or is unescaped once into pooled memory; variables are parsed in place.
/// </summary>
internal static class RequestParser
{
    private const int MaxJsonDepth = 128;
    private static readonly JsonReaderOptions s_readerOptions = new() { MaxDepth = MaxJsonDepth };
    private static readonly JsonDocumentOptions s_documentOptions = new() { MaxDepth = MaxJsonDepth };

    /// <summary>Parses a body: one request or a list of them. The envelope owns the body from here on.</summary>
    /// <exception cref="RequestFormatException">The body is malformed or exceeds a limit.</exception>
    public static RequestEnvelope ParseBody(PooledBuffer body, GraphQLEndpointOptions options)
    {
        var envelope = new RequestEnvelope();
        envelope.Own(body);
        try
        {
            var reader = Open(body.Memory);
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                RequireBatching(options);
                envelope.IsBatch = true;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    envelope.Requests.Add(ReadRequest(ref reader, body.Memory, envelope, options));
                    CheckBatchSize(envelope, options);
                }

                if (envelope.Requests.Count == 0)
                {
                    throw Malformed("The batch is empty.");
                }
            }
            else
            {
                envelope.Requests.Add(ReadRequest(ref reader, body.Memory, envelope, options));
                CheckBatchSize(envelope, options);
            }

            if (reader.Read())
            {
                throw new RequestFormatException("The body holds more than one JSON value.");
            }

            return envelope;
        }
        catch (Exception e) when (IsMalformed(e))
        {
            envelope.Dispose();
            throw new RequestFormatException("The body is not valid JSON in UTF-8.");
        }
        catch
        {
            envelope.Dispose();
            throw;
        }
    }

    /// <summary>Parses the query string of a GET request.</summary>
    /// <exception cref="RequestFormatException">A parameter is malformed.</exception>
    public static RequestEnvelope ParseQuery(IQueryCollection query)
    {
        var envelope = new RequestEnvelope();
        try
        {
            var request = new GraphQLRequest
            {
                OperationName = query["operationName"] is [{ Length: > 0 } name] ? name : null,
                DocumentId = query["documentId"] is [{ Length: > 0 } id] ? id : null,
                OnError = ParseErrorMode(query["onError"] is [{ Length: > 0 } mode] ? mode : null),
                Variables = ParseObject(envelope, query["variables"], "variables"),
                Extensions = ParseObject(envelope, query["extensions"], "extensions"),
            };
            if (query["query"] is [{ Length: > 0 } text])
            {
                request.Document = Encoding.UTF8.GetBytes(text);
            }

            RequireDocument(request);
            envelope.Requests.Add(request);
            return envelope;
        }
        catch
        {
            envelope.Dispose();
            throw;
        }
    }

    /// <summary>Parses the request object at the reader's current token.</summary>
    /// <exception cref="RequestFormatException">A parameter is malformed or a limit is exceeded.</exception>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public static GraphQLRequest ReadRequest(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, RequestEnvelope envelope, GraphQLEndpointOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Malformed("A GraphQL request is a JSON object.");
        }

        var request = new GraphQLRequest();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("query"u8))
            {
                reader.Read();
                request.Document = ReadDocument(ref reader, body, envelope);
            }
            else if (reader.ValueTextEquals("variables"u8))
            {
                reader.Read();
                ReadVariables(ref reader, body, envelope, request, options);
            }
            else if (reader.ValueTextEquals("operationName"u8))
            {
                reader.Read();
                request.OperationName = ReadString(ref reader, "operationName");
            }
            else if (reader.ValueTextEquals("extensions"u8))
            {
                reader.Read();
                request.Extensions = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.Null
                    ? ReadElement(ref reader, body, envelope)
                    : throw Malformed("The parameter \"extensions\" must be an object.");
            }
            else if (reader.ValueTextEquals("documentId"u8))
            {
                reader.Read();
                request.DocumentId = ReadString(ref reader, "documentId");
            }
            else if (reader.ValueTextEquals("onError"u8))
            {
                reader.Read();
                request.OnError = ParseErrorMode(ReadString(ref reader, "onError"));
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        RequireDocument(request);
        return request;
    }

    /// <summary>A reader on the first token of valid UTF-8.</summary>
    /// <exception cref="RequestFormatException">The bytes are not UTF-8 or empty.</exception>
    public static Utf8JsonReader Open(ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span))
        {
            throw new RequestFormatException("The body is not valid UTF-8.");
        }

        var reader = new Utf8JsonReader(json.Span, s_readerOptions);
        return reader.Read() ? reader : throw new RequestFormatException("The body is empty.");
    }

    /// <summary>Text that is not JSON, or escapes in JSON strings that are no Unicode (a lone surrogate).</summary>
    public static bool IsMalformed(Exception e) => e is JsonException or InvalidOperationException;

    public static JsonElement ReadElement(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, RequestEnvelope envelope)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        var start = (int)reader.TokenStartIndex;
        SkipChecked(ref reader);
        var document = JsonDocument.Parse(body[start..(int)reader.BytesConsumed], s_documentOptions);
        return envelope.Own(document).RootElement;
    }

    private static ReadOnlyMemory<byte> ReadDocument(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, RequestEnvelope envelope)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            throw Malformed("The parameter \"query\" must be a string.");
        }

        if (!reader.ValueIsEscaped)
        {
            return body.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        }

        var unescaped = envelope.Own(new PooledBuffer(reader.ValueSpan.Length));
        unescaped.Advance(reader.CopyString(unescaped.GetSpan(reader.ValueSpan.Length)));
        return unescaped.Memory;
    }

    private static void ReadVariables(
        ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, RequestEnvelope envelope, GraphQLRequest request, GraphQLEndpointOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                request.Variables = default;
                return;
            case JsonTokenType.StartObject:
                request.Variables = ReadElement(ref reader, body, envelope);
                return;
            case JsonTokenType.StartArray:
                RequireBatching(options);
                var sets = new List<JsonElement>();
                var list = ReadElement(ref reader, body, envelope);
                if (list.GetArrayLength() > options.MaxBatchSize)
                {
                    throw BatchTooLarge(options);
                }

                foreach (var set in list.EnumerateArray())
                {
                    sets.Add(set.ValueKind switch
                    {
                        JsonValueKind.Object => set,
                        JsonValueKind.Null => default,
                        _ => throw Malformed("Each variable set must be an object."),
                    });
                }

                request.VariableSets = sets;
                return;
            default:
                throw Malformed("The parameter \"variables\" must be an object.");
        }
    }

    private static string? ReadString(ref Utf8JsonReader reader, string parameter) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String => reader.GetString(),
        _ => throw Malformed($"The parameter \"{parameter}\" must be a string."),
    };

    /// <summary>Skips a value and makes sure that every escaped string in it is Unicode, so that reading it later cannot fail.</summary>
    private static void SkipChecked(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        do
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
            {
                reader.GetString();
            }
        }
        while ((reader.CurrentDepth > depth || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) && reader.Read());
    }

    private static JsonElement ParseObject(RequestEnvelope envelope, string? json, string parameter)
    {
        if (string.IsNullOrEmpty(json))
        {
            return default;
        }

        try
        {
            ReadOnlyMemory<byte> bytes = Encoding.UTF8.GetBytes(json);
            var reader = Open(bytes);
            if (reader.TokenType == JsonTokenType.Null)
            {
                return default;
            }

            return reader.TokenType == JsonTokenType.StartObject
                ? ReadElement(ref reader, bytes, envelope)
                : throw Malformed($"The parameter \"{parameter}\" must be an object.");
        }
        catch (Exception e) when (IsMalformed(e))
        {
            throw new RequestFormatException($"The parameter \"{parameter}\" is not valid JSON.");
        }
    }

    private static ErrorMode ParseErrorMode(string? text) => text switch
    {
        null or "PROPAGATE" => ErrorMode.Propagate,
        "NULL" => ErrorMode.Null,
        "HALT" => ErrorMode.Halt,
        _ => throw Malformed("The parameter \"onError\" must be PROPAGATE, NULL or HALT."),
    };

    private static void RequireDocument(GraphQLRequest request)
    {
        if (request.Document.IsEmpty && request.DocumentId is null
            && !(request.Extensions.ValueKind == JsonValueKind.Object && request.Extensions.TryGetProperty("persistedQuery", out _)))
        {
            throw Malformed("The parameter \"query\" is missing.");
        }
    }

    private static RequestFormatException Malformed(string message) => new(message, RequestFormatException.Unprocessable);

    private static void RequireBatching(GraphQLEndpointOptions options)
    {
        if (!options.AllowBatching)
        {
            throw new RequestFormatException("Batching is not enabled on this endpoint.");
        }
    }

    private static void CheckBatchSize(RequestEnvelope envelope, GraphQLEndpointOptions options)
    {
        var size = 0;
        foreach (var request in envelope.Requests)
        {
            size += request.VariableSets?.Count ?? 1;
        }

        if (size > options.MaxBatchSize)
        {
            throw BatchTooLarge(options);
        }
    }

    private static RequestFormatException BatchTooLarge(GraphQLEndpointOptions options)
        => new($"The batch is larger than {options.MaxBatchSize}.", code: ErrorCodes.Limit);
}
