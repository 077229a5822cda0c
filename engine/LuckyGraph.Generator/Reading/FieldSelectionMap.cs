using System.Collections.Generic;
using System.Linq;

namespace LuckyGraph.Generator.Reading;

/// <summary>
/// Reads the field selection maps of <c>[Is]</c> and <c>[Require]</c> (Composite Schemas, FieldSelectionMap) as far as keys need
/// them: the selections of the entity that each alternative names.
/// </summary>
internal sealed class FieldSelectionMap
{
    private readonly string _text;
    private int _position;

    private FieldSelectionMap(string text) => _text = text;

    /// <summary>The selection of each alternative, such as <c>seller { id }</c>.</summary>
    /// <param name="text">The map.</param>
    /// <param name="error">Why it cannot be read, or null.</param>
    public static IReadOnlyList<string> Selections(string text, out string? error)
    {
        var map = new FieldSelectionMap(text);
        try
        {
            var alternatives = map.Value();
            map.Blank();
            if (map._position < text.Length)
            {
                throw new MalformedException($"unexpected '{text[map._position]}' at {map._position + 1}");
            }

            error = null;
            return alternatives;
        }
        catch (MalformedException exception)
        {
            error = exception.Message;
            return [];
        }
    }

    private List<string> Value()
    {
        var alternatives = new List<string>();
        Blank();
        if (Peek() == '|')
        {
            _position++;
        }

        do
        {
            alternatives.AddRange(Entry());
            Blank();
        }
        while (Take('|'));

        return alternatives;
    }

    private IReadOnlyList<string> Entry()
    {
        Blank();
        return Peek() switch
        {
            '{' => Object(),
            '[' => List(),
            _ => Path(),
        };
    }

    private IReadOnlyList<string> Path()
    {
        Blank();
        if (Take('<'))
        {
            var type = Name();
            Expect('>');
            Expect('.');
            return [.. Path().Select(inner => $"... on {type} {{ {inner} }}")];
        }

        var name = Name();
        if (Peek() == '<')
        {
            _position++;
            var type = Name();
            Expect('>');
            Expect('.');
            return [.. Entry().Select(inner => $"{name} {{ ... on {type} {{ {inner} }} }}")];
        }

        if (Peek() == '[')
        {
            return [.. List().Select(inner => $"{name} {{ {inner} }}")];
        }

        return Take('.') ? [.. Entry().Select(inner => $"{name} {{ {inner} }}")] : [name];
    }

    private IReadOnlyList<string> Object()
    {
        Expect('{');
        IReadOnlyList<string> selections = [""];
        Blank();
        while (Peek() != '}')
        {
            var name = Name();
            Blank();
            IReadOnlyList<string> field = Take(':') ? Value() : [name];
            selections = [.. selections.SelectMany(s => field.Select(f => s.Length == 0 ? f : s + " " + f))];
            Blank();
            Take(',');
            Blank();
        }

        Expect('}');
        return selections[0].Length == 0 ? throw new MalformedException("an object names at least one field") : selections;
    }

    private List<string> List()
    {
        Expect('[');
        var items = Value();
        Expect(']');
        return items;
    }

    private string Name()
    {
        Blank();
        var start = _position;
        while (_position < _text.Length && (_text[_position] == '_' || char.IsLetterOrDigit(_text[_position])))
        {
            _position++;
        }

        return _position > start && !char.IsDigit(_text[start])
            ? _text.Substring(start, _position - start)
            : throw new MalformedException(start < _text.Length ? $"expected a name at {start + 1}, found '{_text[start]}'" : "it ends where a name is expected");
    }

    private void Expect(char expected)
    {
        Blank();
        if (!Take(expected))
        {
            throw new MalformedException(_position < _text.Length
                ? $"expected '{expected}' at {_position + 1}, found '{_text[_position]}'"
                : $"it ends where '{expected}' is expected");
        }
    }

    private bool Take(char expected)
    {
        if (Peek() != expected)
        {
            return false;
        }

        _position++;
        return true;
    }

    private char Peek() => _position < _text.Length ? _text[_position] : '\0';

    private void Blank()
    {
        while (_position < _text.Length && (char.IsWhiteSpace(_text[_position]) || _text[_position] == ','))
        {
            _position++;
        }
    }

    private sealed class MalformedException(string message) : System.Exception(message);
}
