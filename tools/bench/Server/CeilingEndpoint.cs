using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.Bench.Server;

/// <summary>
/// Endpoints without GraphQL, as lean as such can be: the body is read and not parsed, one writer per thread is used again,
/// and the answer goes out with its length in one write. W3 asks the same batch functions as the resolvers, level by level.
/// </summary>
internal static class CeilingEndpoint
{
    [ThreadStatic]
    private static Output? t_output;

    public static RequestDelegate For(string workload) => workload switch
    {
        "W1" => context => AnswerAsync(context, Ceiling.WriteHello),
        "W2" => context => AnswerAsync(context, Ceiling.WriteFlat),
        "W3" => AnswerTreeAsync,
        _ => throw new ArgumentOutOfRangeException(nameof(workload)),
    };

    /// <summary>Answers with the bytes of a workload's answer, which are made once.</summary>
    public static RequestDelegate Bare(string workload)
    {
        var expected = ExpectedAsync(workload);
        return async context =>
        {
            await SkipBodyAsync(context);
            await SendAsync(context, await expected);
        };
    }

    /// <summary>The answer of a workload.</summary>
    public static async Task<ReadOnlyMemory<byte>> ExpectedAsync(string workload)
    {
        var related = workload == "W3" ? await LoadAsync(CancellationToken.None) : null;
        var output = new Output();
        switch (workload)
        {
            case "W1":
                Ceiling.WriteHello(output.Json);
                break;
            case "W2":
                Ceiling.WriteFlat(output.Json);
                break;
            default:
                Ceiling.WriteTree(output.Json, related!);
                break;
        }

        return output.Bytes.WrittenMemory;
    }

    private static async Task AnswerAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        await SkipBodyAsync(context);
        var output = Begin();
        write(output.Json);
        await SendAsync(context, output.Bytes.WrittenMemory);
    }

    private static async Task AnswerTreeAsync(HttpContext context)
    {
        await SkipBodyAsync(context);
        var related = await LoadAsync(context.RequestAborted);
        var output = Begin();
        Ceiling.WriteTree(output.Json, related);
        await SendAsync(context, output.Bytes.WrittenMemory);
    }

    // Brands and reviews stand on one level, authors below the reviews.
    private static async Task<Ceiling.Related> LoadAsync(CancellationToken cancellationToken)
    {
        var (numbers, brandIds) = (new List<int>(Ceiling.TreeProducts.Length), new HashSet<int>());
        foreach (var product in Ceiling.TreeProducts)
        {
            numbers.Add(product.Number);
            brandIds.Add(Catalog.BrandIdOf(product.Number));
        }

        var brands = BenchLoaders.GetBrandByIdAsync([.. brandIds], cancellationToken);
        var reviews = await BenchLoaders.GetReviewsByProductAsync(numbers, cancellationToken);
        var authors = new HashSet<int>();
        foreach (var number in numbers)
        {
            foreach (var review in reviews[number])
            {
                authors.Add(review.AuthorNumber);
            }
        }

        return new Ceiling.Related(await brands, reviews, await BenchLoaders.GetUserByIdAsync([.. authors], cancellationToken));
    }

    private static async ValueTask SkipBodyAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var body = await reader.ReadAsync();
            reader.AdvanceTo(body.Buffer.End);
            if (body.IsCompleted)
            {
                return;
            }
        }
    }

    private static Output Begin()
    {
        var output = t_output ??= new Output();
        output.Bytes.ResetWrittenCount();
        output.Json.Reset();
        return output;
    }

    // The bytes are copied before anything waits: the thread may write the next answer.
    private static Task SendAsync(HttpContext context, ReadOnlyMemory<byte> answer)
    {
        var response = context.Response;
        response.ContentType = "application/json";
        response.Headers.ContentLength = answer.Length;
        var sent = response.BodyWriter.WriteAsync(answer);
        return sent.IsCompletedSuccessfully ? Task.CompletedTask : sent.AsTask();
    }

    private sealed class Output
    {
        public Output() => Json = new Utf8JsonWriter(Bytes, Ceiling.Options);

        public ArrayBufferWriter<byte> Bytes { get; } = new(64 * 1024);

        public Utf8JsonWriter Json { get; }
    }
}
