using LuckyGraph.Catalog.Data;
using LuckyGraph.Catalog.Imports;
using LuckyGraph.Catalog.Products;
using LuckyGraph.Hosting;
