using System.Text.Json;
using LuckyGraph.Engine;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.AspNetCore.Requests;

/// <summary>One request as a client sent it. Its memory belongs to a <see cref="RequestEnvelope"/>.</summary>
internal sealed class GraphQLRequest
{
    public ReadOnlyMemory<byte> Document { get; set; }
    public string? DocumentId { get; set; }
    public string? OperationName { get; set; }
    public JsonElement Variables { get; set; }
    /// <summary>The sets of a variable batch; null for a single request.</summary>
    public List<JsonElement>? VariableSets { get; set; }
    /// <summary>The uploaded files by where they stand in the variables; null when there are none.</summary>
    public Dictionary<string, IFile>? Files { get; set; }
    public JsonElement Extensions { get; set; }
    public ErrorMode OnError { get; set; }
}

/// <summary>The requests of one body or message, and the pooled memory they point into.</summary>
internal sealed class RequestEnvelope : IDisposable
{
    private readonly List<IDisposable> _owned = new(2);

    public List<GraphQLRequest> Requests { get; } = new(1);

    /// <summary>Whether the body was a list of requests.</summary>
    public bool IsBatch { get; set; }

    public T Own<T>(T resource) where T : IDisposable
    {
        _owned.Add(resource);
        return resource;
    }

    public void Dispose()
    {
        // Backwards: JSON documents go before the bytes they read.
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }

        _owned.Clear();
    }
}
