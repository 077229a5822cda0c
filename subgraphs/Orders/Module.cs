[assembly: LuckyGraph.Engine.Module("Orders")]
