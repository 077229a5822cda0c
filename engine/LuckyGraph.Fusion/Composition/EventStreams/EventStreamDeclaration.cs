using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.EventStreams;

/// <summary>
/// A field of the subscription root that the event bus feeds: <c>@eventStream(topic: "chat.{roomId}", provides: "id body")</c>.
/// </summary>
/// <param name="Field">The field.</param>
/// <param name="Topic">Where its messages come from.</param>
/// <param name="Carried">What messages carry of the field's type.</param>
internal sealed record EventStreamDeclaration(SourceFieldDefinition Field, EventTopicTemplate Topic, SelectionSetNode Carried)
{
    /// <summary>The directive.</summary>
    public const string Directive = "eventStream";

    private static readonly string[] s_excluded
        = [CompositeDirectives.External, CompositeDirectives.Override, CompositeDirectives.Provides, CompositeDirectives.Lookup, CompositeDirectives.Internal];

    /// <summary>Reads the declarations of a source schema and reports those that cannot be.</summary>
    public static List<EventStreamDeclaration> Read(SourceDocument schema, EntityKeys keys, CompositionLog log)
    {
        var declarations = new List<EventStreamDeclaration>();
        foreach (var type in schema.OrderedTypes)
        {
            foreach (var field in type.Fields)
            {
                if (CompositeDirectives.Find(field.Node.Directives, Directive) is { } directive)
                {
                    if (Read(schema, field, directive, keys, log) is { } declaration)
                    {
                        declarations.Add(declaration);
                    }
                }
            }
        }

        return declarations;
    }

    private static EventStreamDeclaration? Read(SourceDocument schema, SourceFieldDefinition field, DirectiveNode directive, EntityKeys keys, CompositionLog log)
    {
        void Report(string code, string message)
            => log.Error(code, field.Coordinate, $"The field \"{field.Coordinate}\" in schema \"{schema.Name}\" {message}", schema, directive);

        if (schema.Roots.GetValueOrDefault(OperationKind.Subscription) != field.DeclaringType.Name)
        {
            Report(CompositionCodes.EventStreamInvalidUsage, "has @eventStream, but is no field of the subscription root. Remove the directive.");
            return null;
        }

        if (s_excluded.FirstOrDefault(d => CompositeDirectives.Has(field.Node.Directives, d)) is { } excluded)
        {
            Report(CompositionCodes.EventStreamInvalidUsage, $"has @eventStream and @{excluded}, which exclude each other. Remove one.");
            return null;
        }

        if (field.Arguments.FirstOrDefault(static a => a.HasRequire || a.HasIs) is { } filled)
        {
            Report(CompositionCodes.EventStreamInvalidUsage, $"has @eventStream, but its argument \"{filled.Name}\" is for the gateway to fill. Arguments of an event stream are the client's.");
            return null;
        }

        if (ReadTopic(schema, field, directive, Report) is not { } topic)
        {
            return null;
        }

        if (TypeNodes.IsList(field.Type) && TypeNodes.IsList(TypeNodes.Item(field.Type))
            || schema.Type(TypeNodes.NamedOf(field.Type)) is not { Kind: TypeKind.Object or TypeKind.Interface or TypeKind.Union } returned)
        {
            Report(
                CompositionCodes.EventStreamInvalidType,
                $"has @eventStream, but its type is \"{TypeNodes.Print(field.Type)}\". Messages are about objects: an object type, interface or union, or a list of one.");
            return null;
        }

        if (CompositeDirectives.Argument(directive, "provides") is not { } written)
        {
            if (keys.Default(schema, returned) is { } carried)
            {
                return new EventStreamDeclaration(field, topic, carried);
            }

            Report(
                CompositionCodes.EventStreamInvalidType,
                $"has @eventStream, but \"{returned.Name}\" has no key that its messages could carry, and its fields are not all plain. Give it a @key or a lookup, or say what messages carry: @eventStream(topic: \"{topic}\", provides: \"id\").");
            return null;
        }

        return ReadProvides(schema, returned, written, keys, Report) is { } provides ? new EventStreamDeclaration(field, topic, provides) : null;
    }

    private static EventTopicTemplate? ReadTopic(SourceDocument schema, SourceFieldDefinition field, DirectiveNode directive, Action<string, string> report)
    {
        if (CompositeDirectives.Argument(directive, "topic") is not StringValueNode text)
        {
            report(CompositionCodes.EventStreamInvalidTopic, "has an @eventStream without a string as its argument \"topic\". Write one such as @eventStream(topic: \"chat.{roomId}\").");
            return null;
        }

        if (!EventTopicTemplate.TryParse(text.Value, out var topic, out var problem))
        {
            report(CompositionCodes.EventStreamInvalidTopic, $"has the topic \"{text.Value}\", which {problem}. Write one such as \"chat.{{roomId}}\".");
            return null;
        }

        foreach (var part in topic.Parts)
        {
            if (!part.IsArgument)
            {
                continue;
            }

            if (field.Argument(part.Text) is not { } argument)
            {
                report(CompositionCodes.EventStreamInvalidTopic, $"has the topic \"{topic}\", but no argument \"{part.Text}\". Declare the argument, or name another.");
                return null;
            }

            // A topic is one name: null has none, and neither have lists and input objects.
            if (argument.Type is not NonNullTypeNode { Type: NamedTypeNode } || schema.Type(TypeNodes.NamedOf(argument.Type)) is { Kind: not (TypeKind.Scalar or TypeKind.Enum) })
            {
                report(
                    CompositionCodes.EventStreamInvalidTopic,
                    $"has the topic \"{topic}\", but its argument \"{part.Text}\" is \"{TypeNodes.Print(argument.Type)}\". Arguments in topics are non-null scalars and enums, such as \"ID!\".");
                return null;
            }
        }

        return topic;
    }

    private static SelectionSetNode? ReadProvides(SourceDocument schema, SourceType returned, ValueNode written, EntityKeys keys, Action<string, string> report)
    {
        if (written is not StringValueNode text)
        {
            report(CompositionCodes.EventStreamInvalidProvides, "has an @eventStream whose argument \"provides\" is no string. Write a selection such as \"id body\".");
            return null;
        }

        SelectionSetNode selection;
        try
        {
            selection = Parser.ParseSelectionSet(text.Value);
        }
        catch (GraphQLSyntaxException e)
        {
            report(CompositionCodes.EventStreamInvalidProvides, $"has an @eventStream that provides \"{text.Value}\", which is no selection set: {e.Message}");
            return null;
        }

        if (SourceSelections.HasDirective(selection))
        {
            report(CompositionCodes.EventStreamInvalidProvides, $"has an @eventStream that provides \"{text.Value}\" with a directive. Select plain fields.");
            return null;
        }

        if (Check(schema, returned, selection) is { } problem)
        {
            report(CompositionCodes.EventStreamInvalidProvides, $"has an @eventStream that provides \"{text.Value}\", {problem}");
            return null;
        }

        return selection;
    }

    private static string? Check(SourceDocument schema, SourceType type, SelectionSetNode selection)
    {
        foreach (var node in selection.Selections)
        {
            if (node is InlineFragmentNode fragment)
            {
                var condition = fragment.TypeCondition is { } named ? schema.Type(named.Name.Value) : type;
                if (condition is null || !schema.PossibleTypes(condition).Any(schema.PossibleTypes(type).Contains))
                {
                    return $"but no \"{type.Name}\" is a \"{fragment.TypeCondition!.Name.Value}\" there. Select fields of its types.";
                }

                if (Check(schema, condition, fragment.SelectionSet) is { } below)
                {
                    return below;
                }

                continue;
            }

            if (node is not FieldNode { Alias: null } selected || type.Field(selected.Name.Value) is not { IsInternal: false } field)
            {
                return $"but \"{type.Name}\" has no field \"{(node is FieldNode unknown ? unknown.Name.Value : "…")}\" there. Select fields that the schema declares.";
            }

            if (!field.Arguments.IsEmpty)
            {
                return $"but \"{field.Coordinate}\" has arguments, which no message can answer. Leave it out: a lookup fetches it.";
            }

            var child = schema.Type(TypeNodes.NamedOf(field.Type));
            if (child is { Kind: TypeKind.Object or TypeKind.Interface or TypeKind.Union } != selected.SelectionSet is not null)
            {
                return $"but selects \"{field.Coordinate}\" {(selected.SelectionSet is null ? "without its fields" : "with fields that it does not have")}.";
            }

            if (selected.SelectionSet is { } children && Check(schema, child!, children) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }
}
