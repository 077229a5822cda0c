namespace LuckyGraph.Engine;

/// <summary>
/// The class implements <c>Node</c> and is found by its global id through <c>Query.node</c> and <c>Query.nodes</c>; a static method of
/// the class itself, marked <see cref="NodeResolverAttribute"/>, finds it.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NodeAttribute : Attribute;

/// <summary>
/// The static method finds an object by its id for <c>Query.node(id)</c> and <c>Query.nodes(ids)</c>: in an
/// <c>[ObjectType&lt;T&gt;]</c> class one of T, in a <c>[QueryType]</c> class one of its result, whose type then implements
/// <c>Node</c>. It takes one <see cref="Guid"/>, besides services and DataLoaders. Resolvers that take DataLoaders alone run side by
/// side, so that many ids are one batch; others run one after another, because they share the field's services.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeResolverAttribute : Attribute;
