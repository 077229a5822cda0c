using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using LuckyGraph.Bench.Server;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Engine.Execution.Costs;
using LuckyGraph.Engine.Execution.Operations;
using LuckyGraph.Engine.Types;
using LuckyGraph.Engine.Validation;
using LuckyGraph.Language;
using Microsoft.Extensions.DependencyInjection;

namespace LuckyGraph.Bench.Micro;

/// <summary>The steps of a request, one by one, on the operations of the server benchmark.</summary>
[MemoryDiagnoser]
public class EngineBenchmarks
{
    private readonly GraphQLRequestOptions _options = new();
    private readonly byte[] _tree = Encoding.UTF8.GetBytes(Workload.All[2].Query);
    private readonly byte[] _introspection = Encoding.UTF8.GetBytes(Workload.All[3].Query);
    private readonly OperationRequest _hello = Request(0);
    private readonly OperationRequest _flat = Request(1);
    private readonly OperationRequest _nested = Request(2);
    private readonly OperationRequest _schema = Request(3);
    private readonly OperationRequest _withVariables;
    private readonly IRequestExecutor _executor;
    private readonly Schema _types;
    private readonly DocumentNode _treeDocument;
    private readonly DocumentNode _introspectionDocument;
    private readonly CompiledOperation _treeOperation;
    private readonly CostModel _costs;
    private int _number;

    public EngineBenchmarks()
    {
        var services = new ServiceCollection();
        services.AddGraphQL().AddBench().ModifyRequestOptions(o => o.Validation = o.Validation with { MaxIntrospectionDepth = 20 });
        _executor = services.BuildServiceProvider().GetRequiredService<IRequestExecutor>();
        _options.Validation = _options.Validation with { MaxIntrospectionDepth = 20 };
        _types = _executor.Schema;
        _treeDocument = Parser.ParseDocument(_tree);
        _introspectionDocument = Parser.ParseDocument(_introspection);
        _treeOperation = Compile(_treeDocument);
        _costs = new CostModel(_types, _options.Cost);
        _withVariables = new OperationRequest
        {
            Document = "query($first: Int!) { products(first: $first) { id sku name } }"u8.ToArray(),
            Variables = JsonSerializer.SerializeToElement(new { first = 1 }),
        };
    }

    [Benchmark(Description = "parse the nested list (W3)")]
    public object ParseTree() => Parser.ParseDocument(_tree);

    [Benchmark(Description = "parse the introspection query (W4)")]
    public object ParseIntrospection() => Parser.ParseDocument(_introspection);

    [Benchmark(Description = "validate the nested list")]
    public int ValidateTree() => DocumentValidator.Validate(_types, _treeDocument, _options.Validation).Length;

    [Benchmark(Description = "validate the introspection query")]
    public int ValidateIntrospection() => DocumentValidator.Validate(_types, _introspectionDocument, _options.Validation).Length;

    [Benchmark(Description = "compile the nested list")]
    public object CompileTree() => Compile(_treeDocument);

    [Benchmark(Description = "compile the introspection query")]
    public object CompileIntrospection() => Compile(_introspectionDocument);

    [Benchmark(Description = "cost of the nested list")]
    public object CostOfTree() => OperationCost.Of(_costs, _treeOperation.Document, _treeOperation.Definition);

    [Benchmark(Description = "execute { hello } (W1)")]
    public ValueTask<int> ExecuteHello() => ExecuteAsync(_hello);

    [Benchmark(Description = "execute the flat list of 100 objects (W2)")]
    public ValueTask<int> ExecuteFlat() => ExecuteAsync(_flat);

    [Benchmark(Description = "execute the nested list, three batched levels (W3)")]
    public ValueTask<int> ExecuteNested() => ExecuteAsync(_nested);

    [Benchmark(Description = "execute the introspection query (W4)")]
    public ValueTask<int> ExecuteIntrospection() => ExecuteAsync(_schema);

    [Benchmark(Description = "execute one object with a variable")]
    public ValueTask<int> ExecuteWithVariables() => ExecuteAsync(_withVariables);

    [Benchmark(Description = "execute the nested list with a document never seen (W5)")]
    public ValueTask<int> ExecuteUnknownDocument()
    {
        using var body = JsonDocument.Parse(Workload.All[4].Body((++_number).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return ExecuteAsync(new OperationRequest
        {
            Document = Encoding.UTF8.GetBytes(body.RootElement.GetProperty("query").GetString()!),
            Variables = body.RootElement.GetProperty("variables").Clone(),
        });
    }

    [Benchmark(Description = "write 1,000 strings and numbers")]
    public int Write()
    {
        using var writer = new ResponseWriter();
        for (var i = 0; i < 500; i++)
        {
            writer.Write("does what it says, and ships within 3 days");
            writer.Write(i * 0.25);
        }

        return writer.Position;
    }

    private CompiledOperation Compile(DocumentNode document)
        => new(_types, document, document.Definitions.OfType<OperationDefinitionNode>().Single(), _options.MaxSelections);

    private async ValueTask<int> ExecuteAsync(OperationRequest request)
    {
        await using var result = await _executor.ExecuteAsync(request, CancellationToken.None);
        var single = (SingleResult)result;
        return single.HasErrors ? throw new InvalidOperationException(Encoding.UTF8.GetString(single.Json.Span)) : single.Json.Length;
    }

    private static OperationRequest Request(int workload) => new() { Document = Encoding.UTF8.GetBytes(Workload.All[workload].Query) };
}
