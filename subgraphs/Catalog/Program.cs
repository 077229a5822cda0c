using LuckyGraph.Catalog.Data;
using LuckyGraph.Catalog.Imports;
using LuckyGraph.Catalog.Products;
using LuckyGraph.Hosting;

var builder = Subgraph.CreateBuilder(args, "catalog");
builder.AddDatabase<CatalogContext>();
builder.Services.AddScoped<ProductDesk>();
builder.Services.AddScoped<ProductImporter>();
builder.GraphQL.AddCatalog();
return await builder.RunAsync(args);
