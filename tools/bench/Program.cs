using LuckyGraph.Bench.Gateway;
using LuckyGraph.Bench.Micro;
using LuckyGraph.Bench.Server;
using LuckyGraph.Bench.Subscriptions;

return args switch
{
    ["server", .. var options] => await ServerBenchmark.RunAsync(options),
    ["micro", .. var options] => await MicroBenchmarks.RunAsync(options),
    ["validation", .. var options] => ValidationStress.Run(options),
    ["server-host", .. var options] => await BenchHost.RunAsync(options),
    ["gateway", .. var options] => await GatewayBenchmark.RunAsync(options),
    ["telemetry", .. var options] => await GatewayBenchmark.RunTelemetryAsync(options),
    ["gateway-ceiling", .. var options] => await CeilingHost.RunAsync(options),
    ["gateway-subgraphs", .. var options] => await SubgraphHost.RunAsync(options),
    ["reload", .. var options] => await ReloadBenchmark.RunAsync(options),
    ["subscriptions", .. var options] => await SubscriptionBenchmark.RunAsync(options),
    ["subscription-source", .. var options] => await EventSource.RunAsync(options),
    ["subscription-gateway", .. var options] => await StreamingGateway.RunAsync(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        """
        bench server [--rounds 3] [--seconds 4] [--warmup 5] [--connections 32] [--only W2,W3] [--servers luckygraph,graphql-yoga] [--skip-peers]
            Throughput, CPU time per request and peak memory of the GraphQL server against its peers. A warm-up is repeated until
            a request costs the same again.
        bench micro [--filter *Parse*] [--update]
            Time and allocations of parsing, validating, compiling, executing and writing; --update rewrites the table of README.md.
        bench validation [NAME ...]
            Documents of 64 KB that make each validation rule work as hard as it can; fails when one takes longer than 50 ms.
        bench gateway [--rounds 3] [--seconds 6] [--warmup 25] [--connections 32] [--operations heavy,two,single] [--only luckygraph,hand-written] [--skip-peers] [--beside OTHER.dll]
            The same of the gateway over four subgraphs that replay recorded answers, beside hand-written code and its peers;
            --beside measures another build of it too.
        bench telemetry [--rounds 3] [--seconds 6] [--warmup 25] [--operations single] [--only "without,metrics"]
            The gateway without telemetry, with metrics, and with traces of no, few and all requests, side by side.
        bench reload [--seconds 20]
            Replaces the gateway's schema again and again while wrk asks it; fails when a request does.
        bench subscriptions [--subscribers 5000] [--topics 100] [--rate 200] [--seconds 20] [--slow 0] [--text 32] [--cycles 0]
            Delivery of events to WebSockets: loss, latency, memory; with --cycles what connecting and leaving leaves behind.
        """);
    return 2;
}
