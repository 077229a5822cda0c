namespace LuckyGraph.Engine.Execution;

/// <summary>Serves fields from data: JSON values or dictionaries.</summary>
public sealed class DataBinding : FieldBinding;
