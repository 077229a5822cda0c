using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>Describes an object or interface type.</summary>
public sealed class ComplexTypeBuilder
{
    private readonly SchemaBuilder schema;
    private readonly TypeDraft draft;

    internal ComplexTypeBuilder(SchemaBuilder schema, TypeDraft draft)
    {
        this.schema = schema;
        this.draft = draft;
    }

    /// <summary>Sets the description.</summary>
    public ComplexTypeBuilder Description(string? text)
    {
        draft.Description = text ?? draft.Description;
        return this;
    }

    /// <summary>Applies directives in SDL syntax, such as <c>@key(fields: "id")</c>. Equal applications merge.</summary>
    public ComplexTypeBuilder Directive(string sdl)
    {
        Applications.Add(draft.Directives, sdl);
        return this;
    }

    /// <summary>Declares that the type implements an interface.</summary>
    public ComplexTypeBuilder Implements(string interfaceName)
    {
        if (!draft.Interfaces.Exists(i => i.Name.Value == interfaceName))
        {
            draft.Interfaces.Add(new NamedTypeNode { Name = new Name(interfaceName) });
        }

        return this;
    }

    /// <summary>Adds a field, or replaces one of the same name when <paramref name="replace"/> is set.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="type">The type in SDL syntax.</param>
    /// <param name="kind">How the field gets its value.</param>
    /// <param name="binding">The code behind it; null on interfaces.</param>
    /// <param name="index">The field's number within the binding.</param>
    /// <param name="replace">Whether it takes the place of a field of that name.</param>
    public FieldBuilder Field(string name, string type, FieldKind kind = FieldKind.Pure, FieldBinding? binding = null, int index = 0, bool replace = false)
    {
        var field = new FieldDraft(name, Parser.ParseType(type)) { Kind = kind, Binding = binding, BindingIndex = index };
        var existing = draft.Fields.FindIndex(f => f.Name == name);
        if (existing < 0)
        {
            draft.Fields.Add(field);
        }
        else if (replace)
        {
            draft.Fields[existing] = field;
        }
        else
        {
            schema.Refuse($"Field \"{draft.Name}.{name}\" is defined more than once; mark the one that should win as the member's replacement.");
        }

        return new FieldBuilder(field);
    }

    /// <summary>A field that the type has already, to describe it further.</summary>
    /// <exception cref="InvalidOperationException">The type has no field of that name so far.</exception>
    public FieldBuilder Field(string name)
        => draft.Fields.Find(f => f.Name == name) is { } field
            ? new FieldBuilder(field)
            : throw new InvalidOperationException($"\"{draft.Name}\" has no field \"{name}\" so far.");
}

/// <summary>Describes a field.</summary>
public sealed class FieldBuilder
{
    private readonly FieldDraft draft;

    internal FieldBuilder(FieldDraft draft) => this.draft = draft;

    /// <summary>Sets the description.</summary>
    public FieldBuilder Description(string? text)
    {
        draft.Description = text;
        return this;
    }

    /// <summary>Marks the field deprecated.</summary>
    public FieldBuilder Deprecated(string reason)
    {
        draft.Directives.Add(Applications.Deprecated(reason));
        return this;
    }

    /// <summary>Applies directives in SDL syntax.</summary>
    public FieldBuilder Directive(string sdl)
    {
        Applications.Add(draft.Directives, sdl);
        return this;
    }

    /// <summary>Adds an argument.</summary>
    public FieldBuilder Argument(string name, string type, string? defaultValue = null, string? description = null, string? directives = null, string? deprecated = null)
    {
        draft.Arguments.Add(InputDraft.Of(name, type, defaultValue, description, directives, deprecated));
        return this;
    }

    /// <summary>Requires the caller to be signed in, in one of the roles and satisfying the policy, when these are given.</summary>
    public FieldBuilder Authorize(string[] roles, string? policy)
    {
        draft.Authorization.Add(new AuthorizeRequirement([.. roles], policy));
        return this;
    }
}

/// <summary>Describes a union.</summary>
public sealed class UnionTypeBuilder
{
    private readonly TypeDraft draft;

    internal UnionTypeBuilder(TypeDraft draft) => this.draft = draft;

    /// <summary>Sets the description.</summary>
    public UnionTypeBuilder Description(string? text)
    {
        draft.Description = text ?? draft.Description;
        return this;
    }

    /// <summary>Applies directives in SDL syntax.</summary>
    public UnionTypeBuilder Directive(string sdl)
    {
        Applications.Add(draft.Directives, sdl);
        return this;
    }

    /// <summary>Adds a member type; adding it again changes nothing.</summary>
    public UnionTypeBuilder Member(string typeName)
    {
        if (!draft.Members.Exists(m => m.Name.Value == typeName))
        {
            draft.Members.Add(new NamedTypeNode { Name = new Name(typeName) });
        }

        return this;
    }
}

/// <summary>Describes an enum.</summary>
public sealed class EnumTypeBuilder
{
    private readonly TypeDraft draft;

    internal EnumTypeBuilder(TypeDraft draft) => this.draft = draft;

    /// <summary>Sets the description.</summary>
    public EnumTypeBuilder Description(string? text)
    {
        draft.Description = text ?? draft.Description;
        return this;
    }

    /// <summary>Applies directives in SDL syntax.</summary>
    public EnumTypeBuilder Directive(string sdl)
    {
        Applications.Add(draft.Directives, sdl);
        return this;
    }

    /// <summary>Adds a value; adding it again changes nothing.</summary>
    public EnumTypeBuilder Value(string name, string? description = null, string? deprecated = null, string? directives = null)
    {
        if (draft.Values.Exists(v => v.Name == name))
        {
            return this;
        }

        var value = new EnumValueDraft(name) { Description = description };
        if (directives is { Length: > 0 })
        {
            Applications.Add(value.Directives, directives);
        }

        if (deprecated is not null)
        {
            value.Directives.Add(Applications.Deprecated(deprecated));
        }

        draft.Values.Add(value);
        return this;
    }
}

/// <summary>Describes an input object.</summary>
public sealed class InputTypeBuilder
{
    private readonly TypeDraft draft;

    internal InputTypeBuilder(TypeDraft draft) => this.draft = draft;

    /// <summary>Sets the description.</summary>
    public InputTypeBuilder Description(string? text)
    {
        draft.Description = text ?? draft.Description;
        return this;
    }

    /// <summary>Applies directives in SDL syntax.</summary>
    public InputTypeBuilder Directive(string sdl)
    {
        Applications.Add(draft.Directives, sdl);
        return this;
    }

    /// <summary>Marks the type <c>@oneOf</c>.</summary>
    public InputTypeBuilder OneOf()
    {
        if (!draft.Directives.Exists(d => d.Name.Value == "oneOf"))
        {
            draft.Directives.Add(Applications.OneOf());
        }

        return this;
    }

    /// <summary>Adds a field; adding one of the same name again changes nothing.</summary>
    public InputTypeBuilder Field(string name, string type, string? defaultValue = null, string? description = null, string? directives = null, string? deprecated = null)
    {
        if (!draft.Inputs.Exists(i => i.Name == name))
        {
            draft.Inputs.Add(InputDraft.Of(name, type, defaultValue, description, directives, deprecated));
        }

        return this;
    }
}

/// <summary>Describes a scalar.</summary>
public sealed class ScalarTypeBuilder
{
    private readonly TypeDraft draft;

    internal ScalarTypeBuilder(TypeDraft draft) => this.draft = draft;

    /// <summary>Sets the description.</summary>
    public ScalarTypeBuilder Description(string? text)
    {
        draft.Description = text ?? draft.Description;
        return this;
    }

    /// <summary>Applies directives in SDL syntax.</summary>
    public ScalarTypeBuilder Directive(string sdl)
    {
        Applications.Add(draft.Directives, sdl);
        return this;
    }
}
