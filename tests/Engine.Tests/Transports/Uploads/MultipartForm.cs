using System.Text;

namespace LuckyGraph.Engine.Tests.Transports.Uploads;

/// <summary>A multipart form, byte by byte as a test wants it.</summary>
internal sealed class MultipartForm
{
    private const string Boundary = "graph";
    private readonly StringBuilder _body = new();

    public static MultipartForm Of(string operations, string map) => new MultipartForm().Field("operations", operations).Field("map", map);

    public MultipartForm Field(string name, string value) => Part($"form-data; name=\"{name}\"", null, value);

    public MultipartForm File(string name, string content, string fileName = "a.txt", string? type = "text/plain")
        => Part($"form-data; name=\"{name}\"; filename=\"{fileName}\"", type, content);

    public MultipartForm Part(string disposition, string? type, string content)
    {
        _body.Append(System.Globalization.CultureInfo.InvariantCulture, $"--{Boundary}\r\nContent-Disposition: {disposition}\r\n");
        _body.Append(type is null ? "" : $"Content-Type: {type}\r\n").Append("\r\n").Append(content).Append("\r\n");
        return this;
    }

    /// <summary>The bytes, with or without the delimiter that ends a form.</summary>
    public byte[] ToBytes(bool isWhole = true) => Encoding.UTF8.GetBytes(isWhole ? $"{_body}--{Boundary}--\r\n" : _body.ToString());

    public async Task<HttpResponseMessage> PostAsync(TestHost host, string? preflight = "GraphQL-Preflight", string? accept = null, bool isWhole = true)
        => await PostAsync(host, ToBytes(isWhole), preflight, accept);

    public static async Task<HttpResponseMessage> PostAsync(TestHost host, byte[] body, string? preflight = "GraphQL-Preflight", string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={Boundary}");
        if (preflight is not null)
        {
            request.Headers.TryAddWithoutValidation(preflight, "1");
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await host.Http.SendAsync(request);
    }
}
