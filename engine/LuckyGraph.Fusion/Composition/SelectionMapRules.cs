using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Validates field selection maps against the argument they fill and the type they read (Appendix A, Validation).</summary>
internal sealed class SelectionMapRules(MergedSchema schema, SourceDocument source, bool isRequirement)
{
    /// <summary>What is wrong with the map and how to mend it, or null.</summary>
    public string? Check(SelectedValue value, TypeNode argument, string outputType)
        => Value(value, argument, new NamedTypeNode { Name = new Name(outputType) }, isRoot: true);

    private string? Value(SelectedValue value, TypeNode input, TypeNode scope, bool isRoot)
    {
        switch (value)
        {
            case SelectedChoice choice:
                return choice.Alternatives.Select(a => Value(a, input, scope, isRoot)).FirstOrDefault(e => e is not null);
            case SelectedPath path:
                return Resolve(path.Path, scope, isRoot, out var type) ?? Leaf(path, type, input);
            case SelectedList list:
                if (!TypeNodes.IsList(input))
                {
                    return $"\"{list}\" is a list, but \"{TypeNodes.Print(input)}\" is expected. Drop the brackets or change the argument's type.";
                }

                var listScope = scope;
                if (list.Prefix is { } listPrefix && Resolve(listPrefix, scope, isRoot, out listScope) is { } listError)
                {
                    return listError;
                }

                return TypeNodes.IsList(listScope)
                    ? Value(list.Element, TypeNodes.Item(input), TypeNodes.Item(listScope), isRoot: false)
                    : $"\"{list.Prefix}\" is no list but \"{TypeNodes.Print(listScope)}\". Drop the brackets.";
            case SelectedObject selected:
                var objectScope = scope;
                if (selected.Prefix is { Segments.IsEmpty: false } prefix && Resolve(prefix, scope, isRoot, out objectScope) is { } error)
                {
                    return error;
                }

                if (selected.Prefix is { Segments.IsEmpty: true, RootType: { } condition })
                {
                    if (!schema.PossibleTypes.Overlap(condition, TypeNodes.NamedOf(scope)))
                    {
                        return Impossible(condition, TypeNodes.NamedOf(scope));
                    }

                    objectScope = new NamedTypeNode { Name = new Name(condition) };
                }

                return TypeNodes.IsList(objectScope)
                    ? $"\"{selected.Prefix}\" is a list. Select its items in brackets: {selected.Prefix}[{{ … }}]."
                    : Object(selected, input, objectScope, isRoot && selected.Prefix is null or { Segments.IsEmpty: true });
            default:
                return null;
        }
    }

    private string? Object(SelectedObject selected, TypeNode input, TypeNode scope, bool isRoot)
    {
        if (TypeNodes.IsList(input) || source.Type(TypeNodes.NamedOf(input)) is not { Kind: TypeKind.InputObject } type)
        {
            return $"\"{selected}\" is an object, but \"{TypeNodes.Print(input)}\" is expected. Select one value.";
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in selected.Fields)
        {
            if (type.InputField(field.Name) is not { } definition)
            {
                return $"\"{type.Name}\" has no input field \"{field.Name}\".";
            }

            if (!seen.Add(field.Name))
            {
                return $"\"{field.Name}\" is given twice.";
            }

            if (Value(field.Value, definition.Type, scope, isRoot) is { } error)
            {
                return error;
            }
        }

        if (CompositeDirectives.Has(type.Directives, "oneOf"))
        {
            return seen.Count == 1 ? null : $"\"{type.Name}\" is @oneOf and takes exactly one field. Write alternatives with |.";
        }

        return type.InputFields.Find(f => f is { Type: NonNullTypeNode, DefaultValue: null } && !seen.Contains(f.Name.Value)) is { } missing
            ? $"\"{type.Name}\" needs the input field \"{missing.Name.Value}\". Add it."
            : null;
    }

    private string? Leaf(SelectedPath path, TypeNode output, TypeNode input)
    {
        var name = TypeNodes.NamedOf(output);
        if (schema.Type(name) is { Kind: TypeKind.Object or TypeKind.Interface or TypeKind.Union })
        {
            return $"\"{path}\" is an object of type \"{name}\". Go on to one of its fields, or select an input object's fields in braces.";
        }

        return Fits(TypeNodes.Nullable(output), TypeNodes.Nullable(input))
            ? null
            : $"\"{path}\" is \"{TypeNodes.Print(output)}\", but \"{TypeNodes.Print(input)}\" is expected. Give both the same type.";
    }

    // A null value is a matter of the run, so nullability is no reason to refuse (Required Selected Object Fields).
    private static bool Fits(TypeNode output, TypeNode input) => (TypeNodes.Nullable(output), TypeNodes.Nullable(input)) switch
    {
        (ListTypeNode a, ListTypeNode b) => Fits(a.Type, b.Type),
        (NamedTypeNode a, NamedTypeNode b) => a.Name.Value == b.Name.Value || (a.Name.Value == "Int" && b.Name.Value == "Float"),
        _ => false,
    };

    private string? Resolve(FieldPath path, TypeNode scope, bool isRoot, out TypeNode type)
    {
        type = scope;
        if (path.RootType is { } root)
        {
            if (!schema.PossibleTypes.Overlap(root, TypeNodes.NamedOf(scope)))
            {
                return Impossible(root, TypeNodes.NamedOf(scope));
            }

            type = new NamedTypeNode { Name = new Name(root) };
        }

        foreach (var segment in path.Segments)
        {
            if (TypeNodes.IsList(type))
            {
                return $"\"{path}\" goes through the list \"{TypeNodes.Print(type)}\". Select its items in brackets.";
            }

            var name = TypeNodes.NamedOf(type);
            if (segment.Field == "__typename")
            {
                type = new NonNullTypeNode { Type = new NamedTypeNode { Name = new Name("String") } };
                continue;
            }

            if (Field(name, segment.Field, isRoot) is not { } field)
            {
                return schema.Type(name)?.Kind is TypeKind.Object or TypeKind.Interface or TypeKind.Union
                    ? $"\"{name}\" has no field \"{segment.Field}\"{(isRoot && isRequirement ? " in another schema" : "")}."
                    : $"\"{name}\" has no fields, so \"{segment.Field}\" cannot be selected from it.";
            }

            if (segment.Arguments is null && field.Arguments.Find(a => a is { Type: NonNullTypeNode, DefaultValue: null }) is { } argument)
            {
                return $"\"{name}.{segment.Field}\" needs the argument \"{argument.Name}\". Use a field without required arguments.";
            }

            type = field.Type;
            isRoot = false;
            if (segment.TypeCondition is { } condition)
            {
                if (!schema.PossibleTypes.Overlap(condition, TypeNodes.NamedOf(type)))
                {
                    return Impossible(condition, TypeNodes.NamedOf(type));
                }

                type = new NamedTypeNode { Name = new Name(condition) };
            }
        }

        return null;
    }

    private MergedField? Field(string typeName, string name, bool isRoot)
    {
        if (schema.Type(typeName)?.Field(name) is not { } field)
        {
            return null;
        }

        return isRoot && isRequirement && !field.Sources.Any(f => f.Schema != source && !f.IsExternal) ? null : field;
    }

    private static string Impossible(string condition, string type) => $"an object of type \"{type}\" is never a \"{condition}\".";
}
