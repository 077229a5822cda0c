using LuckyGraph.Engine;

[assembly: Module("Sample")]
