using LuckyGraph.Bench.Server;

return args switch
{
    ["server", .. var options] => await ServerBenchmark.RunAsync(options),
    ["server-host", .. var options] => await BenchHost.RunAsync(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        """
        bench server [--rounds 3] [--seconds 8] [--warmup 5] [--connections 32] [--only W2,W3] [--skip-peers]
            Throughput, CPU time per request and peak memory of the GraphQL server against its peers.
        """);
    return 2;
}
