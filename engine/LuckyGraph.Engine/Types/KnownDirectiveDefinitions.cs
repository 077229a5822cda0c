using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Definitions that schemas need not write: the specified directives (3.13), those of composite schemas and those of cost analysis.</summary>
internal static class KnownDirectiveDefinitions
{
    private static readonly DocumentNode SpecifiedDocument = Parser.ParseDocument(""""
        "Directs the executor to include this field or fragment only when the `if` argument is true."
        directive @include("Included when true." if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT

        "Directs the executor to skip this field or fragment when the `if` argument is true."
        directive @skip("Skipped when true." if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT

        "Marks an element of a GraphQL schema as no longer supported."
        directive @deprecated(
          "Explains why this element was deprecated, usually also including a suggestion for how to access supported similar data. Formatted using the Markdown syntax, as specified by [CommonMark](https://commonmark.org/)."
          reason: String! = "No longer supported"
        ) on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE

        "Exposes a URL that specifies the behavior of this scalar."
        directive @specifiedBy("The URL that specifies the behavior of this scalar." url: String!) on SCALAR

        "Indicates exactly one field must be supplied and this field must not be `null`."
        directive @oneOf on INPUT_OBJECT
        """", ParserOptions.Trusted);

    private static readonly DocumentNode IncrementalDocument = Parser.ParseDocument(""""
        "Lets the executor deliver this fragment after the rest of the response."
        directive @defer("Deferred when true or absent." if: Boolean! = true, "Names the fragment in the response." label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT

        "Lets the executor deliver the list's items after the rest of the response."
        directive @stream("Streamed when true or absent." if: Boolean! = true, "Names the field in the response." label: String, "Items of the first response." initialCount: Int! = 0) on FIELD
        """", ParserOptions.Trusted);

    private static readonly Dictionary<string, DirectiveDefinitionNode> CompositeByName = Parser.ParseDocument(""""
        "The field finds an entity by a key."
        directive @lookup on FIELD_DEFINITION

        "The type or field serves the gateway only."
        directive @internal on OBJECT | FIELD_DEFINITION

        "The element is hidden from the composite schema."
        directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION

        "The field of the entity that the argument stands for."
        directive @is(field: FieldSelectionMap!) on ARGUMENT_DEFINITION

        "The argument's value is data of other source schemas."
        directive @require(field: FieldSelectionMap!) on ARGUMENT_DEFINITION

        "Fields that identify an entity."
        directive @key(fields: FieldSelectionSet!) repeatable on OBJECT | INTERFACE

        "Other source schemas may define the same field."
        directive @shareable repeatable on OBJECT | FIELD_DEFINITION

        "The field resolves these subfields of its type as well."
        directive @provides(fields: FieldSelectionSet!) on FIELD_DEFINITION

        "Another source schema owns the field."
        directive @external on FIELD_DEFINITION

        "The field takes over from another source schema."
        directive @override(from: String!) on FIELD_DEFINITION

        "What the element adds to the cost of an operation."
        directive @cost("The weight, a number." weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR

        "How many items the list has, for the cost of an operation."
        directive @listSize(
          "Most items when no argument says it."
          assumedSize: Int
          "Arguments whose value is the number of items."
          slicingArguments: [String!]
          "Fields of the result that have that size."
          sizedFields: [String!]
          "Whether exactly one slicing argument must be given."
          requireOneSlicingArgument: Boolean = true
        ) on FIELD_DEFINITION
        """", ParserOptions.Trusted).Definitions.Cast<DirectiveDefinitionNode>().ToDictionary(d => d.Name.Value, StringComparer.Ordinal);

    private static readonly HashSet<string> SpecifiedNames = [.. Specified(defer: true, stream: true).Select(d => d.Name.Value)];

    public static IEnumerable<DirectiveDefinitionNode> Specified(bool defer, bool stream)
        => SpecifiedDocument.Definitions.Cast<DirectiveDefinitionNode>().Concat(
            IncrementalDocument.Definitions.Cast<DirectiveDefinitionNode>().Where(d => d.Name.Value == "defer" ? defer : stream));

    public static DirectiveDefinitionNode? Composite(string name) => CompositeByName.GetValueOrDefault(name);

    public static bool IsSpecified(string name) => SpecifiedNames.Contains(name);
}
