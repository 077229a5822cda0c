using System.Collections.Immutable;
using System.Text;

namespace LuckyGraph.Fusion.Metadata;

/// <summary>
/// A value of the scalar <c>FieldSelectionMap</c> (Composite Schemas, Appendix A): says how an argument's value is made of an
/// output object's fields. Immutable; <see cref="object.ToString"/> prints the canonical text.
/// </summary>
public abstract record SelectedValue
{
    private protected SelectedValue() { }

    internal abstract void Print(StringBuilder text);

    /// <inheritdoc />
    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Print(text);
        return text.ToString();
    }
}

/// <summary>One field of a path, with the type it is narrowed to before the next one, if any: <c>media&lt;Book&gt;</c>.</summary>
/// <param name="Field">The field's name.</param>
/// <param name="TypeCondition">The type condition on the field's value, or null.</param>
/// <param name="Arguments">The field's arguments, constants printed compactly without parentheses (<c>currency:EUR</c>), or null. Beyond the specification: Federation's <c>@requires</c> allows them.</param>
public sealed record PathSegment(string Field, string? TypeCondition = null, string? Arguments = null);

/// <summary>A path of fields: <c>dimension.size</c>, <c>&lt;Book&gt;.isbn</c>.</summary>
/// <param name="RootType">The type condition on the object the path starts from, or null.</param>
/// <param name="Segments">The fields; empty only together with <paramref name="RootType"/> in front of an object or list.</param>
public sealed record FieldPath(string? RootType, ImmutableArray<PathSegment> Segments)
{
    internal void Print(StringBuilder text)
    {
        if (RootType is not null)
        {
            text.Append('<').Append(RootType).Append('>');
        }

        for (var i = 0; i < Segments.Length; i++)
        {
            if (i > 0 || RootType is not null)
            {
                text.Append('.');
            }

            text.Append(Segments[i].Field);
            if (Segments[i].Arguments is { } arguments)
            {
                text.Append('(').Append(arguments).Append(')');
            }

            if (Segments[i].TypeCondition is { } condition)
            {
                text.Append('<').Append(condition).Append('>');
            }
        }
    }

    /// <inheritdoc />
    public bool Equals(FieldPath? other) => other is not null && RootType == other.RootType && Segments.AsSpan().SequenceEqual(other.Segments.AsSpan());

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(RootType, Segments.Length, Segments.Length > 0 ? Segments[^1].Field : null);

    /// <inheritdoc />
    public override string ToString()
    {
        var text = new StringBuilder();
        Print(text);
        return text.ToString();
    }
}

/// <summary>The value at the end of a path; a scalar or enum, or lists of them.</summary>
/// <param name="Path">The path.</param>
public sealed record SelectedPath(FieldPath Path) : SelectedValue
{
    internal override void Print(StringBuilder text) => Path.Print(text);
}

/// <summary>One field of a <see cref="SelectedObject"/>.</summary>
/// <param name="Name">The input field's name.</param>
/// <param name="Value">How its value is selected.</param>
public sealed record SelectedField(string Name, SelectedValue Value);

/// <summary>An input object: <c>{ width height }</c>, <c>dimension.{ w: width h: height }</c>.</summary>
/// <param name="Prefix">The path to the object whose fields the values start from; null for the object in scope.</param>
/// <param name="Fields">The input fields in written order.</param>
public sealed record SelectedObject(FieldPath? Prefix, ImmutableArray<SelectedField> Fields) : SelectedValue
{
    internal override void Print(StringBuilder text)
    {
        if (Prefix is not null)
        {
            Prefix.Print(text);
            text.Append('.');
        }

        text.Append("{ ");
        for (var i = 0; i < Fields.Length; i++)
        {
            if (i > 0)
            {
                text.Append(' ');
            }

            var field = Fields[i];
            if (field.Value is SelectedPath { Path: { RootType: null, Segments: [{ TypeCondition: null, Arguments: null } only] } } && only.Field == field.Name)
            {
                text.Append(field.Name);
                continue;
            }

            text.Append(field.Name).Append(": ");
            field.Value.Print(text);
        }

        text.Append(" }");
    }

    /// <inheritdoc />
    public bool Equals(SelectedObject? other)
        => other is not null && Equals(Prefix, other.Prefix) && Fields.AsSpan().SequenceEqual(other.Fields.AsSpan());

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Prefix, Fields.Length);
}

/// <summary>A list with one value per item of an output list: <c>parts[id]</c>, <c>parts[{ id name }]</c>.</summary>
/// <param name="Prefix">The path to the output list; null inside another list, where the items are lists themselves.</param>
/// <param name="Element">How an item's value is selected; its scope is the item.</param>
public sealed record SelectedList(FieldPath? Prefix, SelectedValue Element) : SelectedValue
{
    internal override void Print(StringBuilder text)
    {
        Prefix?.Print(text);
        text.Append('[');
        Element.Print(text);
        text.Append(']');
    }
}

/// <summary>Alternatives, of which the first that applies to the object's type is taken: <c>&lt;Book&gt;.title | &lt;Movie&gt;.name</c>.</summary>
/// <param name="Alternatives">Two or more values.</param>
public sealed record SelectedChoice(ImmutableArray<SelectedValue> Alternatives) : SelectedValue
{
    internal override void Print(StringBuilder text)
    {
        for (var i = 0; i < Alternatives.Length; i++)
        {
            if (i > 0)
            {
                text.Append(" | ");
            }

            Alternatives[i].Print(text);
        }
    }

    /// <inheritdoc />
    public bool Equals(SelectedChoice? other) => other is not null && Alternatives.AsSpan().SequenceEqual(other.Alternatives.AsSpan());

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Alternatives.Length, Alternatives[0]);
}
