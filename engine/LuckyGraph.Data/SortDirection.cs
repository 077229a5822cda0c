namespace LuckyGraph.Data;

/// <summary>Rising or falling.</summary>
public enum SortDirection
{
    /// <summary>Smallest first.</summary>
    Asc,
    /// <summary>Largest first.</summary>
    Desc,
}
