using LuckyGraph.Accounts;

return await AccountsSubgraph.CreateBuilder(args).RunAsync(args);
