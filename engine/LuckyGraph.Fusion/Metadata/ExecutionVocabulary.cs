namespace LuckyGraph.Fusion.Metadata;

/// <summary>
/// The directives of the execution schema (<c>schema/lucky.fusion.graphql</c>): the composed schema, hidden members included,
/// with a note on every type and field of which source schema knows it and how to reach it there.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term><c>enum fusion__Schema</c></term><description>One value per source schema, with <c>@fusion__schema</c>:
/// its name, where it answers, and what its server understands.</description></item>
/// <item><term><c>@fusion__type(schema:)</c></term><description>The source schema declares the type. With
/// <c>interfaceObject: true</c>, on an interface, it declares an object type of that name: it knows what its objects have in
/// common and not which types they are. Its fields are noted on the interface and on every object type that implements it;
/// its lookups on the interface alone (they find objects of each of these types); the object types carry no
/// <c>@fusion__type</c>, <c>@fusion__implements</c> of it. Type names and what depends on them are asked of a schema with a
/// lookup that returns the interface.</description></item>
/// <item><term><c>@fusion__field(schema:)</c></term><description>The source schema has the field. <c>sourceName</c> and
/// <c>sourceType</c> are given when they differ from the composed field; <c>provides</c> is a selection it can resolve below
/// this field only; <c>partial</c> marks a field it resolves only where a parent provides it. With <c>override</c> it has the
/// field only while that label is active, with <c>overridden</c> only while that label is not.</description></item>
/// <item><term><c>@fusion__requires(schema:, argument:, type:, map:)</c></term><description>In that source schema the field
/// has an argument that the gateway fills; <c>map</c> is a field selection map on the declaring type. Here, and in the maps of
/// lookups, fields may have constant arguments, <c>price(currency: EUR).amount</c>, and <c>__typename</c> is a field. With
/// <c>context</c> the map is on the nearest object that encloses the field's object and is of one of these types.</description></item>
/// <item><term><c>@fusion__requires(schema:, fields:)</c></term><description>That source schema resolves the field when the
/// entity's representation has these fields: a selection on the declaring type, with arguments and fragments.</description></item>
/// <item><term><c>@fusion__lookup(schema:, key:, steps:, map:)</c></term><description>Objects of the type are found in that
/// source schema by walking <c>steps</c> from the query root; every argument written in the steps takes the value of the
/// map at the same position; <c>key</c> is the selection that the maps read; <c>returns</c> is the last field's type
/// when it is an interface or union of the annotated type. With <c>entities</c> there are no steps: objects are found by
/// <c>_entities(representations:)</c> of Apollo Federation.</description></item>
/// <item><term><c>@fusion__eventStream(schema:, topic:)</c></term><description>The field of the subscription root is fed by that
/// topic of the event bus, where arguments stand in braces. Its source schema has <c>events: true</c> and no server; of the types
/// below the field it has what messages carry.</description></item>
/// <item><term><c>@fusion__implements(schema:, interface:)</c>, <c>@fusion__unionMember(schema:, member:)</c></term>
/// <description>In that source schema the type implements the interface, the union has the member.</description></item>
/// <item><term><c>@fusion__cacheControl(maxAge:, isPrivate:, inheritMaxAge:)</c></term><description>How long answers with the type or
/// field may be stored, in seconds, and for whom.</description></item>
/// <item><term><c>@fusion__inaccessible</c></term><description>Clients do not see the member.</description></item>
/// <item><term><c>@fusion__authenticated</c>, <c>@fusion__requiresScopes(scopes:)</c>, <c>@fusion__policy(policies:)</c></term>
/// <description>Who may ask for the member: every directive must be met; of the lists one must be met, and of a list everything.</description></item>
/// </list>
/// </remarks>
public static class ExecutionVocabulary
{
    /// <summary>What every name of the vocabulary starts with.</summary>
    public const string Prefix = "fusion__";
    /// <summary>The enum of source schemas.</summary>
    public const string SchemaEnum = "fusion__Schema";
    /// <summary>Settings of a source schema.</summary>
    public const string Schema = "fusion__schema";
    /// <summary>A source schema declares the type.</summary>
    public const string Type = "fusion__type";
    /// <summary>A source schema has the field.</summary>
    public const string Field = "fusion__field";
    /// <summary>An argument that the gateway fills.</summary>
    public const string Requires = "fusion__requires";
    /// <summary>A way to fetch by key.</summary>
    public const string Lookup = "fusion__lookup";
    /// <summary>A topic that feeds a field.</summary>
    public const string EventStream = "fusion__eventStream";
    /// <summary>An interface the type implements in a source schema.</summary>
    public const string Implements = "fusion__implements";
    /// <summary>A member the union has in a source schema.</summary>
    public const string UnionMember = "fusion__unionMember";
    /// <summary>Hidden from clients.</summary>
    public const string Inaccessible = "fusion__inaccessible";

    /// <summary>How long answers may be stored.</summary>
    public const string CacheControl = "fusion__cacheControl";
    /// <summary>Only for callers that have signed in.</summary>
    public const string Authenticated = "fusion__authenticated";
    /// <summary>Only for callers with all scopes of one of the lists.</summary>
    public const string RequiresScopes = "fusion__requiresScopes";
    /// <summary>Only where all policies of one of the lists hold.</summary>
    public const string Policy = "fusion__policy";

    /// <summary>The definitions of the vocabulary without the enum of source schemas, as the execution schema ends with them.</summary>
    public const string Definitions = """
        "What a source schema's server understands."
        enum fusion__Capability { VARIABLE_BATCHING REQUEST_BATCHING SERVER_SENT_EVENTS WEB_SOCKET }
        directive @fusion__authenticated on SCALAR | OBJECT | FIELD_DEFINITION | INTERFACE | ENUM
        directive @fusion__cacheControl(maxAge: Int, isPrivate: Boolean = false, inheritMaxAge: Boolean = false) on SCALAR | OBJECT | FIELD_DEFINITION | INTERFACE | UNION | ENUM
        directive @fusion__eventStream(schema: fusion__Schema!, topic: String!) on FIELD_DEFINITION
        directive @fusion__field(schema: fusion__Schema!, sourceName: String, sourceType: String, provides: String, partial: Boolean = false, override: String, overridden: String) repeatable on FIELD_DEFINITION
        directive @fusion__implements(schema: fusion__Schema!, interface: String!) repeatable on OBJECT | INTERFACE
        directive @fusion__inaccessible on SCALAR | OBJECT | FIELD_DEFINITION | ARGUMENT_DEFINITION | INTERFACE | UNION | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
        directive @fusion__lookup(schema: fusion__Schema!, key: String!, steps: [String!]! = [], map: [String!]! = [], returns: String, internal: Boolean = false, entities: Boolean = false) repeatable on OBJECT | INTERFACE | UNION
        directive @fusion__policy(policies: [[String!]!]!) on SCALAR | OBJECT | FIELD_DEFINITION | INTERFACE | ENUM
        directive @fusion__requires(schema: fusion__Schema!, argument: String, type: String, map: String, fields: String, context: [String!]) repeatable on FIELD_DEFINITION
        directive @fusion__requiresScopes(scopes: [[String!]!]!) on SCALAR | OBJECT | FIELD_DEFINITION | INTERFACE | ENUM
        directive @fusion__schema(name: String!, url: String, capabilities: [fusion__Capability!], events: Boolean = false) on ENUM_VALUE
        directive @fusion__type(schema: fusion__Schema!, interfaceObject: Boolean = false) repeatable on SCALAR | OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT
        directive @fusion__unionMember(schema: fusion__Schema!, member: String!) repeatable on UNION
        """;
}
