using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Validate Source Schemas: <c>@lookup</c>, <c>@is</c> and <c>@require</c>.</summary>
internal static class SourceArgumentRules
{
    public static void Check(SourceDocument schema, CompositionLog log)
    {
        foreach (var type in schema.OrderedTypes)
        {
            foreach (var field in type.Fields)
            {
                foreach (var argument in field.Arguments)
                {
                    CheckArgument(schema, field, argument, log);
                }

                if (field.IsLookup)
                {
                    CheckLookup(schema, field, log);
                }
            }

            CheckImplementations(schema, type, log);
        }
    }

    private static void CheckArgument(SourceDocument schema, SourceFieldDefinition field, SourceArgument argument, CompositionLog log)
    {
        if (CompositeDirectives.Find(argument.Node.Directives, CompositeDirectives.Is) is { } @is)
        {
            if (!field.IsLookup)
            {
                log.Error(
                    CompositionCodes.IsInvalidUsage, field.Coordinate,
                    $"The argument \"{argument.Name}\" of \"{field.Coordinate}\" in schema \"{schema.Name}\" has @is, but the field is no @lookup. Add @lookup to the field or remove @is.", schema, @is);
            }

            argument.Is = Parse(schema, field, argument, @is, CompositionCodes.IsInvalidFieldType, CompositionCodes.IsInvalidSyntax, log);
        }

        if (CompositeDirectives.Find(argument.Node.Directives, CompositeDirectives.Require) is { } require)
        {
            if (field.IsLookup)
            {
                log.Error(
                    CompositionCodes.RequireInvalidUsage, field.Coordinate,
                    $"The argument \"{argument.Name}\" of the lookup \"{field.Coordinate}\" in schema \"{schema.Name}\" has @require. A lookup's arguments are its key: use @is, or move the argument to a field of the entity.",
                    schema, require);
            }

            argument.Require = Parse(schema, field, argument, require, CompositionCodes.RequireInvalidFieldType, CompositionCodes.RequireInvalidSyntax, log);
        }
    }

    private static SelectedValue? Parse(
        SourceDocument schema, SourceFieldDefinition field, SourceArgument argument, DirectiveNode directive, string typeCode, string syntaxCode, CompositionLog log)
    {
        var name = directive.Name.Value;
        var value = CompositeDirectives.Argument(directive, "field", "fields");
        if (value is null && name == CompositeDirectives.Require)
        {
            // Without a map the argument takes the field of its own name.
            return new SelectedPath(new FieldPath(null, [new PathSegment(argument.Name)]));
        }

        if (value is not StringValueNode text)
        {
            log.Error(
                typeCode, field.Coordinate,
                $"The @{name} on argument \"{argument.Name}\" of \"{field.Coordinate}\" in schema \"{schema.Name}\" has no string as its argument \"field\". Write a field selection map such as @{name}(field: \"id\").",
                schema, directive);
            return null;
        }

        try
        {
            return SelectedValueParser.Parse(text.Value);
        }
        catch (SelectedValueSyntaxException e)
        {
            log.Error(
                syntaxCode, field.Coordinate,
                $"The @{name} \"{text.Value}\" on argument \"{argument.Name}\" of \"{field.Coordinate}\" in schema \"{schema.Name}\" is no field selection map: {e.Message}", schema, directive);
            return null;
        }
    }

    private static void CheckLookup(SourceDocument schema, SourceFieldDefinition field, CompositionLog log)
    {
        if (field.Arguments.IsEmpty)
        {
            log.Error(
                CompositionCodes.LookupMustHaveArguments, field.Coordinate,
                $"The lookup \"{field.Coordinate}\" in schema \"{schema.Name}\" has no arguments, so there is no key to find an object by. Add one argument per key field.", schema, field.Node);
        }

        if (TypeNodes.IsList(field.Type))
        {
            log.Error(
                CompositionCodes.LookupReturnsList, field.Coordinate,
                $"The lookup \"{field.Coordinate}\" in schema \"{schema.Name}\" returns the list \"{TypeNodes.Print(field.Type)}\". A lookup returns one object; the gateway batches by itself.",
                schema, field.Node);
        }
        else if (field.Type is NonNullTypeNode)
        {
            log.Warning(
                CompositionCodes.LookupReturnsNonNullableType, field.Coordinate,
                $"The lookup \"{field.Coordinate}\" in schema \"{schema.Name}\" returns the non-null type \"{TypeNodes.Print(field.Type)}\". Make it nullable: an object may be missing there.",
                schema, field.Node);
        }

        if (schema.Type(TypeNodes.NamedOf(field.Type)) is not { } returned)
        {
            return;
        }

        foreach (var argument in field.Arguments)
        {
            if (argument.HasRequire || (argument.HasIs && argument.Is is null))
            {
                continue;
            }

            foreach (var possible in schema.PossibleTypes(returned))
            {
                if (possible.IsInaccessible || LookupCollector.IsMappable(schema, argument, possible))
                {
                    continue;
                }

                var uncovered = argument.Is is null
                    ? $"the type \"{possible.Name}\" has no field \"{argument.Name}\". Name the field with @is"
                    : $"no alternative of @is \"{argument.Is}\" applies to \"{possible.Name}\". Add one";
                // The specification leaves a map that is wrong for a concrete return type to IS_INVALID_FIELDS.
                if (argument.Is is null || returned.Kind != TypeKind.Object)
                {
                    log.Error(
                        CompositionCodes.LookupKeyMissingForType, field.Coordinate,
                        $"The argument \"{argument.Name}\" of the lookup \"{field.Coordinate}\" in schema \"{schema.Name}\" is no key: {uncovered}, or let the lookup return a narrower type.",
                        schema, argument.Node);
                }
            }
        }
    }

    // Require Inconsistent on Implementation
    private static void CheckImplementations(SourceDocument schema, SourceType type, CompositionLog log)
    {
        foreach (var interfaceName in type.Interfaces)
        {
            if (schema.Type(interfaceName) is not { } contract)
            {
                continue;
            }

            foreach (var field in contract.Fields)
            {
                foreach (var argument in field.Arguments)
                {
                    if (type.Field(field.Name)?.Argument(argument.Name) is { } implementing && implementing.HasRequire != argument.HasRequire)
                    {
                        log.Error(
                            CompositionCodes.RequireInconsistentOnImplementation, $"{type.Name}.{field.Name}",
                            $"The argument \"{argument.Name}\" has @require on only one of \"{field.Coordinate}\" and \"{type.Name}.{field.Name}\" in schema \"{schema.Name}\". Put it on both or on neither, or clients would see it on only one of them.",
                            schema, implementing.Node);
                    }
                }
            }
        }
    }
}
