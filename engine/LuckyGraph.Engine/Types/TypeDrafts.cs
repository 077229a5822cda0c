using System.Collections.Immutable;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>A type while the builder collects its parts.</summary>
internal sealed class TypeDraft(string name, TypeKind kind)
{
    public string Name => name;
    public TypeKind Kind => kind;
    public string? Description { get; set; }
    public Type? RuntimeType { get; set; }
    public List<DirectiveNode> Directives { get; } = [];
    public List<TypeDefinitionNode> Nodes { get; } = [];
    /// <summary>Whether generated code, not SDL, contributes to it.</summary>
    public bool FromCode { get; set; }

    public List<NamedTypeNode> Interfaces { get; } = [];
    public List<FieldDraft> Fields { get; } = [];
    public List<NamedTypeNode> Members { get; } = [];
    public List<EnumValueDraft> Values { get; } = [];
    public List<InputDraft> Inputs { get; } = [];
    public ScalarCoercion? Coercion { get; set; }
}

internal sealed class FieldDraft(string name, TypeNode type)
{
    public string Name => name;
    public TypeNode Type => type;
    public string? Description { get; set; }
    public FieldKind Kind { get; init; }
    public FieldBinding? Binding { get; init; }
    public int BindingIndex { get; init; }
    public FieldDefinitionNode? Node { get; init; }
    public List<DirectiveNode> Directives { get; } = [];
    public List<InputDraft> Arguments { get; } = [];
    public List<AuthorizeRequirement> Authorization { get; } = [];
    /// <summary>Whether the binding gives the field its number when the schema is built.</summary>
    public bool Attach { get; init; }
}

internal sealed class InputDraft(string name, TypeNode type)
{
    public string Name => name;
    public TypeNode Type => type;
    public string? Description { get; init; }
    public ValueNode? Default { get; init; }
    public InputValueDefinitionNode? Node { get; init; }
    public List<DirectiveNode> Directives { get; init; } = [];

    public static InputDraft Of(InputValueDefinitionNode node) => new(node.Name.Value, node.Type)
    {
        Description = node.Description?.Value,
        Default = node.DefaultValue,
        Node = node,
        Directives = [.. node.Directives],
    };

    public static InputDraft Of(string name, string type, string? defaultValue, string? description, string? directives, string? deprecated)
    {
        var draft = new InputDraft(name, Parser.ParseType(type))
        {
            Description = description,
            Default = defaultValue is null ? null : Parser.ParseValue(defaultValue, isConst: true),
        };
        if (directives is { Length: > 0 })
        {
            Applications.Add(draft.Directives, directives);
        }

        if (deprecated is not null)
        {
            draft.Directives.Add(Applications.Deprecated(deprecated));
        }

        return draft;
    }
}

internal sealed class EnumValueDraft(string name)
{
    public string Name => name;
    public string? Description { get; init; }
    public EnumValueDefinitionNode? Node { get; init; }
    public List<DirectiveNode> Directives { get; init; } = [];
}

/// <summary>Directive applications that come from code.</summary>
internal static class Applications
{
    /// <summary>Parses and adds applications; one that is there already, with equal arguments, is not added again.</summary>
    public static void Add(List<DirectiveNode> directives, string sdl)
    {
        foreach (var directive in Parser.ParseDirectives(sdl))
        {
            var text = Printer.PrintCompact(directive);
            if (!directives.Exists(d => d.Name.Value == directive.Name.Value && Printer.PrintCompact(d) == text))
            {
                directives.Add(directive);
            }
        }
    }

    public static DirectiveNode Deprecated(string reason) => new()
    {
        Name = new Name("deprecated"),
        Arguments = [new ArgumentNode { Name = new Name("reason"), Value = new StringValueNode { Value = reason } }],
    };

    public static DirectiveNode OneOf() => new() { Name = new Name("oneOf") };

    public static DirectiveNode SpecifiedBy(string url) => new()
    {
        Name = new Name("specifiedBy"),
        Arguments = [new ArgumentNode { Name = new Name("url"), Value = new StringValueNode { Value = url } }],
    };

    /// <summary>Why something is deprecated (3.13.3), or null.</summary>
    public static string? DeprecationReason(IEnumerable<DirectiveNode> directives)
    {
        foreach (var directive in directives)
        {
            if (directive.Name.Value == "deprecated")
            {
                return StringArgument(directive, "reason") ?? "No longer supported";
            }
        }

        return null;
    }

    /// <summary>A string argument of an application, or null.</summary>
    public static string? StringArgument(DirectiveNode directive, string name)
    {
        foreach (var argument in directive.Arguments)
        {
            if (argument.Name.Value == name)
            {
                return (argument.Value as StringValueNode)?.Value;
            }
        }

        return null;
    }
}
