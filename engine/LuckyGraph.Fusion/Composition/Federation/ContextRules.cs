using LuckyGraph.Engine.Types;
using LuckyGraph.Fusion.Metadata;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Composition.Federation;

/// <summary>Reads and checks <c>@context</c> and <c>@fromContext</c> of one Federation schema: values of enclosing objects that fill arguments.</summary>
internal sealed class ContextRules
{
    private readonly Dictionary<string, List<SourceType>> _setters = new(StringComparer.Ordinal);
    private readonly SourceDocument _schema;
    private readonly CompositionLog _log;

    private ContextRules(SourceDocument schema, CompositionLog log)
    {
        _schema = schema;
        _log = log;
    }

    /// <summary>Checks the contexts of a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="used">Gets the fields that contexts select.</param>
    /// <param name="log">Gets what is wrong.</param>
    public static void Check(SourceDocument schema, HashSet<SourceFieldDefinition> used, CompositionLog log)
    {
        var rules = new ContextRules(schema, log);
        foreach (var type in schema.OrderedTypes)
        {
            rules.ReadSetters(type);
        }

        foreach (var type in schema.OrderedTypes)
        {
            foreach (var field in type.Fields)
            {
                foreach (var argument in field.Arguments)
                {
                    if (CompositeDirectives.Find(argument.Node.Directives, FederationDirectives.FromContext) is { } directive)
                    {
                        argument.Context = rules.Read(type, field, argument, directive, used);
                    }
                }
            }
        }

        foreach (var definition in schema.Directives)
        {
            foreach (var argument in definition.Arguments)
            {
                if (argument.Directives.Any(d => d.Name.Value is FederationDirectives.FromContext or "federation__fromContext"))
                {
                    log.Error(
                        CompositionCodes.FromContextInvalidUsage, $"@{definition.Name.Value}",
                        $"The argument \"{argument.Name.Value}\" of the directive \"@{definition.Name.Value}\" in schema \"{schema.Name}\" has @fromContext. Only arguments of fields can be filled: remove it.",
                        schema, definition);
                }
            }
        }
    }

    private void ReadSetters(SourceType type)
    {
        foreach (var directive in type.Directives)
        {
            if (directive.Name.Value != FederationDirectives.Context)
            {
                continue;
            }

            if ((CompositeDirectives.Argument(directive, "name") as StringValueNode)?.Value is not { Length: > 0 } name
                || !char.IsAsciiLetter(name[0]) || !name.All(char.IsAsciiLetterOrDigit))
            {
                _log.Error(
                    CompositionCodes.ContextNameInvalid, type.Name,
                    $"The name of a @context of \"{type.Name}\" in schema \"{_schema.Name}\" does not consist of letters and digits, beginning with a letter.", _schema, directive);
                continue;
            }

            if (!_setters.TryGetValue(name, out var types))
            {
                _setters.Add(name, types = []);
            }

            if (!types.Contains(type))
            {
                types.Add(type);
            }
        }
    }

    private ContextValue? Read(SourceType type, SourceFieldDefinition field, SourceArgument argument, DirectiveNode directive, HashSet<SourceFieldDefinition> used)
    {
        var what = $"The @fromContext of the argument \"{argument.Name}\" of \"{field.Coordinate}\" in schema \"{_schema.Name}\"";
        void Error(string code, string problem) => _log.Error(code, field.Coordinate, $"{what} {problem}", _schema, argument.Node);

        if (Misuse(type, field, argument) is { } misuse)
        {
            Error(CompositionCodes.FromContextInvalidUsage, misuse);
            return null;
        }

        if (!HasResolvableKey(type))
        {
            Error(CompositionCodes.ContextNoResolvableKey, $"is below the type \"{type.Name}\", which has no resolvable @key there. The field is asked for by key once the value is known: add one.");
        }

        var text = (CompositeDirectives.Argument(directive, "field") as StringValueNode)?.Value ?? "";
        if (!TrySplit(text, out var name, out var selection))
        {
            Error(CompositionCodes.NoContextInSelection, $"is \"{text}\", which names no context. Write the context's name and what to read, such as \"$user {{ id }}\".");
            return null;
        }

        if (!_setters.TryGetValue(name, out var setters))
        {
            Error(CompositionCodes.ContextNotSet, $"reads the context \"{name}\", which no type of the schema sets. Put @context(name: \"{name}\") on the types that enclose \"{type.Name}\".");
            return null;
        }

        if (new ContextSelection(_schema, setters, argument.Type, used).Read(selection, out var problem) is not { } map)
        {
            Error(CompositionCodes.ContextInvalidSelection, $"is \"{text}\", which {problem}");
            return null;
        }

        return new ContextValue([.. setters.Select(s => s.Name)], map);
    }

    private string? Misuse(SourceType type, SourceFieldDefinition field, SourceArgument argument)
    {
        if (type.Kind == TypeKind.Interface && !type.IsInterfaceObject)
        {
            return "is on a field of an interface. Put it on fields of object types.";
        }

        if (_schema.AllInterfaces(type).FirstOrDefault(i => _schema.Type(i)?.Field(field.Name) is not null) is { } contract)
        {
            return $"is on a field that the interface \"{contract}\" declares too, and through that nothing fills it. Give it a field of its own.";
        }

        return argument.Node.DefaultValue is not null ? "stands beside a default value, which is never used. Remove the default." : null;
    }

    private static bool HasResolvableKey(SourceType type)
        => type.Directives.Any(d => d.Name.Value == FederationDirectives.Key && CompositeDirectives.Argument(d, "resolvable") is not BooleanValueNode { Value: false });

    /// <summary>Takes <c>$name</c> off the front of a selection.</summary>
    private static bool TrySplit(string text, out string name, out string selection)
    {
        var at = SkipIgnored(text, 0);
        name = selection = "";
        if (at == text.Length || text[at] != '$')
        {
            return false;
        }

        var start = SkipIgnored(text, at + 1);
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        name = text[start..end];
        selection = text[end..];
        return name.Length > 0 && selection.AsSpan().Trim().Length > 0;
    }

    private static int SkipIgnored(string text, int at)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] == '#')
            {
                var end = text.AsSpan(at).IndexOfAny('\n', '\r');
                at = end < 0 ? text.Length - 1 : at + end;
            }
            else if (!char.IsWhiteSpace(text[at]) && text[at] != ',')
            {
                break;
            }
        }

        return at;
    }
}
