using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>The types of the introspection system (GraphQL September 2025, 4.2).</summary>
internal static class IntrospectionTypes
{
    public static readonly DocumentNode Document = Parser.ParseDocument(""""
        "The types and directives that a server offers, and where operations start."
        type __Schema {
          description: String
          "All types."
          types: [__Type!]!
          "The type that queries start at."
          queryType: __Type!
          "The type that mutations start at, if the server supports them."
          mutationType: __Type
          "The type that subscriptions start at, if the server supports them."
          subscriptionType: __Type
          "All directives."
          directives: [__Directive!]!
        }

        "A type. Which fields have a value depends on its kind."
        type __Type {
          kind: __TypeKind!
          name: String
          description: String
          "For scalars: where the scalar is specified."
          specifiedByURL: String
          "For objects and interfaces."
          fields(includeDeprecated: Boolean! = false): [__Field!]
          "For objects and interfaces."
          interfaces: [__Type!]
          "For interfaces and unions."
          possibleTypes: [__Type!]
          "For enums."
          enumValues(includeDeprecated: Boolean! = false): [__EnumValue!]
          "For input objects."
          inputFields(includeDeprecated: Boolean! = false): [__InputValue!]
          "For lists and non-null types: the wrapped type."
          ofType: __Type
          "For input objects: whether exactly one field must be given."
          isOneOf: Boolean
        }

        "The kinds of types."
        enum __TypeKind {
          SCALAR
          OBJECT
          INTERFACE
          UNION
          ENUM
          INPUT_OBJECT
          LIST
          NON_NULL
        }

        "A field of an object or interface."
        type __Field {
          name: String!
          description: String
          args(includeDeprecated: Boolean! = false): [__InputValue!]!
          type: __Type!
          isDeprecated: Boolean!
          deprecationReason: String
        }

        "An argument or input field."
        type __InputValue {
          name: String!
          description: String
          type: __Type!
          "The default as a GraphQL literal."
          defaultValue: String
          isDeprecated: Boolean!
          deprecationReason: String
        }

        "A value of an enum."
        type __EnumValue {
          name: String!
          description: String
          isDeprecated: Boolean!
          deprecationReason: String
        }

        "A directive."
        type __Directive {
          name: String!
          description: String
          isRepeatable: Boolean!
          locations: [__DirectiveLocation!]!
          args(includeDeprecated: Boolean! = false): [__InputValue!]!
        }

        "The places where a directive may be applied."
        enum __DirectiveLocation {
          QUERY
          MUTATION
          SUBSCRIPTION
          FIELD
          FRAGMENT_DEFINITION
          FRAGMENT_SPREAD
          INLINE_FRAGMENT
          VARIABLE_DEFINITION
          SCHEMA
          SCALAR
          OBJECT
          FIELD_DEFINITION
          ARGUMENT_DEFINITION
          INTERFACE
          UNION
          ENUM
          ENUM_VALUE
          INPUT_OBJECT
          INPUT_FIELD_DEFINITION
        }
        """", ParserOptions.Trusted);

    public static readonly HashSet<string> Names = [.. Document.Definitions.Cast<TypeDefinitionNode>().Select(d => d.Name.Value)];
}
