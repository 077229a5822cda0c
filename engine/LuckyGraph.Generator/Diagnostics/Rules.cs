using Microsoft.CodeAnalysis;

namespace LuckyGraph.Generator.Diagnostics;

/// <summary>What the analyzer reports. Every message says what to write instead.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor ClassNotStaticPartial = Rule("LG0001", "GraphQL classes are static and partial",
        "'{0}' carries [{1}] and must be declared 'static partial class {0}'");

    public static readonly DiagnosticDescriptor LookupResult = Rule("LG0002", "Lookups return one nullable entity",
        "The lookup '{0}' must return one entity that may be null, such as 'Task<{1}?>', not {2}");

    public static readonly DiagnosticDescriptor UnknownMember = Rule("LG0003", "The member does not exist",
        "'{0}' has no public property '{1}'; name one of its properties, best with nameof({0}.…)");

    public static readonly DiagnosticDescriptor AmbiguousParameter = Rule("LG0004", "A parameter is an argument or a service",
        "Parameter '{0}' of '{1}' may be an input or a service: mark it [Argument] or [Service], or mark the type '{2}' [InputObjectType] or end its name in Input");

    public static readonly DiagnosticDescriptor UnsupportedType = Rule("LG0005", "The type has no GraphQL counterpart",
        "'{0}' of '{1}' has the type '{2}', which is no GraphQL type: {3}");

    public static readonly DiagnosticDescriptor LoaderSignature = Rule("LG0006", "DataLoader methods map keys to values",
        "The DataLoader '{0}' must be a static method, public or internal, whose first parameter is 'IReadOnlyList<TKey>' (or a single key) and that returns 'Task<Dictionary<TKey, TValue>>' or 'Task<ILookup<TKey, TValue>>' (or one value for a single key): {1}");

    public static readonly DiagnosticDescriptor ErrorUnmappable = Rule("LG0007", "Mutation errors are made of exceptions",
        "'{0}' in [Error<{0}>] is no exception and has neither a public constructor nor a public static 'CreateErrorFrom' method with one exception parameter; add one, or name an exception");

    public static readonly DiagnosticDescriptor OneOfNonNull = Rule("LG0008", "Fields of a oneOf input are nullable",
        "'{0}' of the [OneOf] input '{1}' must be nullable and without default: write '{2}? {0}'");

    public static readonly DiagnosticDescriptor SubscriptionSource = Rule("LG0009", "Subscriptions have a source",
        "The subscription '{0}' needs [Subscribe] with [Topic(\"…\")], or [Subscribe(With = nameof(…))] naming a static method of the class that returns IAsyncEnumerable: {1}");

    public static readonly DiagnosticDescriptor FieldSelection = Rule("LG0010", "Field selection maps are well formed",
        "The field selection map \"{0}\" of '{1}' cannot be read: {2}; write a path such as \"seller.id\", an object such as \"{{ id sku }}\", or alternatives separated by |");

    public static readonly DiagnosticDescriptor DuplicateField = Rule("LG0011", "Fields have different names",
        "'{0}' and '{1}' both become the field '{2}' of '{3}'; rename one with [GraphQLName(\"…\")] or leave it out with [GraphQLIgnore]");

    public static readonly DiagnosticDescriptor ErrorWithoutMessage = Rule("LG0012", "Errors have a message",
        "The error type '{0}' needs a public property 'string Message', which the interface UserError asks for");

    public static readonly DiagnosticDescriptor BatchSignature = Rule("LG0013", "Batch resolvers map lists of parents to lists of results",
        "The batch resolver '{0}' must take '[Parent] IReadOnlyList<{1}>' and return a list with one result per parent, and must not be a root field: {2}");

    public static readonly DiagnosticDescriptor NotReachable = Rule("LG0014", "Generated code can call the member",
        "'{0}' must be public or internal, and so must the classes around it, for generated code to call it");

    public static readonly DiagnosticDescriptor ForeignAuthorize = Rule("LG0015", "Fields are guarded by LuckyGraph's [Authorize]",
        "'{0}' carries ASP.NET Core's [Authorize], which guards endpoints and no fields; use LuckyGraph.Engine.AuthorizeAttribute");

    public static readonly DiagnosticDescriptor InterfaceNotMarked = Rule("LG0016", "Interfaces are marked where they are declared",
        "'{0}' adds fields to '{1}', which must itself carry [InterfaceType], so that every class that implements it is known");

    public static readonly DiagnosticDescriptor NodeResolver = Rule("LG0020", "Node resolvers map an id to an object",
        "The node resolver '{0}' must be a static method that takes one 'Guid id', besides services and DataLoaders, and returns '{1}?' or 'Task<{1}?>', where '{1}' has the property '[ID] Guid Id': {2}");

    public static readonly DiagnosticDescriptor MiddlewarePlacement = Rule("LG0021", "Middleware goes around resolvers",
        "'{0}' cannot be middleware of '{1}': {2}");

    public static readonly DiagnosticDescriptor RootMethod = Rule("LG0022", "Root fields are static methods",
        "'{0}' carries [{1}] and must be a static method, not generic, of a class that is not generic: write 'public static'");

    public static readonly DiagnosticDescriptor BatchScopedState = Rule("LG0023", "Batch resolvers read no scoped or local state",
        "The parents of the batch resolver '{0}' may lie below different fields, so that '{1}' has no single value: use [GlobalState], or a resolver for one parent");

    public static readonly DiagnosticDescriptor ListSize = Rule("LG0024", "[ListSize] describes a list",
        "[ListSize] of '{0}': {1}");

    public static readonly DiagnosticDescriptor ParentType = Rule("LG0025", "Parents are of the type that the class adds fields to",
        "The parent '{0}' of '{1}' is a '{2}' and never a '{3}': write '[Parent] {2} {0}'");

    public static readonly DiagnosticDescriptor ParentOfRoot = Rule("LG0026", "Root fields have no parent",
        "'{1}' is a root field and has no parent: take '{0}' as [Argument] or [Service], or move the method to a class with [ObjectType<T>]");

    public static readonly DiagnosticDescriptor DuplicateType = Rule("LG0027", "Types have different names",
        "{0} and {1} both become the GraphQL type '{2}'; give one of them another name with [GraphQLName(\"…\")], or have them be one class", WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor DataOrder = Rule("LG0017", "Data attributes stand in the order of their effect",
        "The data attributes of '{0}' must stand in this order: {1}");

    public static readonly DiagnosticDescriptor DataUse = Rule("LG0018", "Data attributes fit their method",
        "'{0}' cannot page, project, filter or sort: {1}");

    public static readonly System.Collections.Immutable.ImmutableArray<DiagnosticDescriptor> All =
    [
        ClassNotStaticPartial, LookupResult, UnknownMember, AmbiguousParameter, UnsupportedType, LoaderSignature, ErrorUnmappable,
        OneOfNonNull, SubscriptionSource, FieldSelection, DuplicateField, ErrorWithoutMessage, BatchSignature, NotReachable, ForeignAuthorize,
        InterfaceNotMarked, NodeResolver, MiddlewarePlacement, RootMethod, BatchScopedState, ListSize, ParentType, ParentOfRoot, DuplicateType, DataOrder, DataUse,
    ];

    private static DiagnosticDescriptor Rule(string id, string title, string message, params string[] tags)
        => new(id, title, message, "LuckyGraph", DiagnosticSeverity.Error, isEnabledByDefault: true, customTags: tags);
}
