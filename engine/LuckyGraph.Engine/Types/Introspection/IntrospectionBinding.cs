using System.Collections.Immutable;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>
/// Reads the schema's own objects for introspection (4.2). All fields are pure; parents are <see cref="Schema"/>,
/// <see cref="GraphType"/>, <see cref="FieldDefinition"/>, <see cref="InputValueDefinition"/>,
/// <see cref="EnumValueDefinition"/> and <see cref="DirectiveType"/>.
/// </summary>
internal sealed class IntrospectionBinding(Schema schema) : FieldBinding
{
    private enum Member
    {
        TypeName, SchemaField, TypeField,
        SchemaDescription, Types, QueryType, MutationType, SubscriptionType, Directives,
        Kind, TypeNameOf, TypeDescription, SpecifiedByUrl, Fields, Interfaces, PossibleTypes, EnumValues, InputFields, OfType, IsOneOf,
        FieldName, FieldDescription, FieldArguments, FieldType, FieldIsDeprecated, FieldReason,
        InputName, InputDescription, InputType, DefaultValue, InputIsDeprecated, InputReason,
        ValueName, ValueDescription, ValueIsDeprecated, ValueReason,
        DirectiveName, DirectiveDescription, IsRepeatable, Locations, DirectiveArguments,
    }

    private static readonly Dictionary<string, Member> Members = new(StringComparer.Ordinal)
    {
        [".__typename"] = Member.TypeName,
        [".__schema"] = Member.SchemaField,
        [".__type"] = Member.TypeField,
        ["__Schema.description"] = Member.SchemaDescription,
        ["__Schema.types"] = Member.Types,
        ["__Schema.queryType"] = Member.QueryType,
        ["__Schema.mutationType"] = Member.MutationType,
        ["__Schema.subscriptionType"] = Member.SubscriptionType,
        ["__Schema.directives"] = Member.Directives,
        ["__Type.kind"] = Member.Kind,
        ["__Type.name"] = Member.TypeNameOf,
        ["__Type.description"] = Member.TypeDescription,
        ["__Type.specifiedByURL"] = Member.SpecifiedByUrl,
        ["__Type.fields"] = Member.Fields,
        ["__Type.interfaces"] = Member.Interfaces,
        ["__Type.possibleTypes"] = Member.PossibleTypes,
        ["__Type.enumValues"] = Member.EnumValues,
        ["__Type.inputFields"] = Member.InputFields,
        ["__Type.ofType"] = Member.OfType,
        ["__Type.isOneOf"] = Member.IsOneOf,
        ["__Field.name"] = Member.FieldName,
        ["__Field.description"] = Member.FieldDescription,
        ["__Field.args"] = Member.FieldArguments,
        ["__Field.type"] = Member.FieldType,
        ["__Field.isDeprecated"] = Member.FieldIsDeprecated,
        ["__Field.deprecationReason"] = Member.FieldReason,
        ["__InputValue.name"] = Member.InputName,
        ["__InputValue.description"] = Member.InputDescription,
        ["__InputValue.type"] = Member.InputType,
        ["__InputValue.defaultValue"] = Member.DefaultValue,
        ["__InputValue.isDeprecated"] = Member.InputIsDeprecated,
        ["__InputValue.deprecationReason"] = Member.InputReason,
        ["__EnumValue.name"] = Member.ValueName,
        ["__EnumValue.description"] = Member.ValueDescription,
        ["__EnumValue.isDeprecated"] = Member.ValueIsDeprecated,
        ["__EnumValue.deprecationReason"] = Member.ValueReason,
        ["__Directive.name"] = Member.DirectiveName,
        ["__Directive.description"] = Member.DirectiveDescription,
        ["__Directive.isRepeatable"] = Member.IsRepeatable,
        ["__Directive.locations"] = Member.Locations,
        ["__Directive.args"] = Member.DirectiveArguments,
    };

    /// <summary>The number of a field; meta-fields have an empty type name.</summary>
    public static int Number(string type, string field) => Members.TryGetValue($"{type}.{field}", out var member) ? (int)member : -1;

    public override object? Read(int field, object parent, object? arguments) => (Member)field switch
    {
        Member.SchemaField => schema,
        Member.TypeField => schema.Type((string)((CoercedArguments)arguments!)[0]!) is { } named && !schema.UnusedScalars.Contains(named.Name) ? named : null,
        Member.Types => VisibleTypes(),
        Member.QueryType => schema.QueryType,
        Member.MutationType => schema.MutationType,
        Member.SubscriptionType => schema.SubscriptionType,
        Member.Directives => schema.DirectivesInOrder,
        Member.Fields => (parent as ComplexType)?.Fields is { } fields ? Visible(fields, arguments, f => f.DeprecationReason) : null,
        Member.Interfaces => (parent as ComplexType)?.Interfaces,
        Member.PossibleTypes => parent is InterfaceType or UnionType ? schema.PossibleTypes((NamedType)parent) : null,
        Member.EnumValues => (parent as EnumType)?.Values is { } values ? Visible(values, arguments, v => v.DeprecationReason) : null,
        Member.InputFields => (parent as InputObjectType)?.Fields is { } inputs ? Visible(inputs, arguments, i => i.DeprecationReason) : null,
        Member.OfType => parent switch { ListType list => list.OfType, NonNullType nonNull => nonNull.OfType, _ => null },
        Member.FieldArguments => Visible(((FieldDefinition)parent).Arguments, arguments, a => a.DeprecationReason),
        Member.FieldType => ((FieldDefinition)parent).Type,
        Member.InputType => ((InputValueDefinition)parent).Type,
        Member.DirectiveArguments => Visible(((DirectiveType)parent).Arguments, arguments, a => a.DeprecationReason),
        _ => base.Read(field, parent, arguments),
    };

    public override bool Write(int field, object parent, object? arguments, ResponseWriter writer)
    {
        switch ((Member)field)
        {
            case Member.SchemaDescription: return Text(schema.Description, writer);
            case Member.Kind: return Text(KindName(((GraphType)parent).Kind), writer);
            case Member.TypeNameOf: return Text((parent as NamedType)?.Name, writer);
            case Member.TypeDescription: return Text((parent as NamedType)?.Description, writer);
            case Member.SpecifiedByUrl: return Text((parent as ScalarType)?.SpecifiedByUrl, writer);
            case Member.IsOneOf:
                if (parent is not InputObjectType input)
                {
                    return false;
                }

                writer.Write(input.IsOneOf);
                return true;
            case Member.FieldName: return Text(((FieldDefinition)parent).Name, writer);
            case Member.FieldDescription: return Text(((FieldDefinition)parent).Description, writer);
            case Member.FieldIsDeprecated: return Flag(((FieldDefinition)parent).DeprecationReason is not null, writer);
            case Member.FieldReason: return Text(((FieldDefinition)parent).DeprecationReason, writer);
            case Member.InputName: return Text(((InputValueDefinition)parent).Name, writer);
            case Member.InputDescription: return Text(((InputValueDefinition)parent).Description, writer);
            case Member.DefaultValue: return Text(((InputValueDefinition)parent).DefaultValue is { } value ? Printer.Print(value) : null, writer);
            case Member.InputIsDeprecated: return Flag(((InputValueDefinition)parent).DeprecationReason is not null, writer);
            case Member.InputReason: return Text(((InputValueDefinition)parent).DeprecationReason, writer);
            case Member.ValueName: return Text(((EnumValueDefinition)parent).Name, writer);
            case Member.ValueDescription: return Text(((EnumValueDefinition)parent).Description, writer);
            case Member.ValueIsDeprecated: return Flag(((EnumValueDefinition)parent).DeprecationReason is not null, writer);
            case Member.ValueReason: return Text(((EnumValueDefinition)parent).DeprecationReason, writer);
            case Member.DirectiveName: return Text(((DirectiveType)parent).Name, writer);
            case Member.DirectiveDescription: return Text(((DirectiveType)parent).Description, writer);
            case Member.IsRepeatable: return Flag(((DirectiveType)parent).IsRepeatable, writer);
            case Member.Locations:
                writer.BeginList();
                foreach (var location in ((DirectiveType)parent).Locations)
                {
                    writer.BeginItem();
                    writer.Write(location);
                }

                writer.EndList();
                return true;
            default: return base.Write(field, parent, arguments, writer);
        }
    }

    /// <summary>A kind by its introspection name (4.2.2).</summary>
    internal static string KindName(TypeKind kind) => kind switch
    {
        TypeKind.Scalar => "SCALAR",
        TypeKind.Object => "OBJECT",
        TypeKind.Interface => "INTERFACE",
        TypeKind.Union => "UNION",
        TypeKind.Enum => "ENUM",
        TypeKind.InputObject => "INPUT_OBJECT",
        TypeKind.List => "LIST",
        _ => "NON_NULL",
    };

    private List<NamedType> VisibleTypes()
    {
        var visible = new List<NamedType>(schema.TypesInOrder.Length);
        foreach (var type in schema.TypesInOrder)
        {
            if (!schema.UnusedScalars.Contains(type.Name))
            {
                visible.Add(type);
            }
        }

        return visible;
    }

    private static object Visible<T>(ImmutableArray<T> items, object? arguments, Func<T, string?> reason)
    {
        if (arguments is CoercedArguments given && given[0] is true)
        {
            return items;
        }

        var visible = new List<T>(items.Length);
        foreach (var item in items)
        {
            if (reason(item) is null)
            {
                visible.Add(item);
            }
        }

        return visible;
    }

    private static bool Text(string? text, ResponseWriter writer)
    {
        if (text is null)
        {
            return false;
        }

        writer.Write(text);
        return true;
    }

    private static bool Flag(bool value, ResponseWriter writer)
    {
        writer.Write(value);
        return true;
    }
}
