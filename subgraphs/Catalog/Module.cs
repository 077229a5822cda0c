[assembly: LuckyGraph.Engine.Module("Catalog")]
