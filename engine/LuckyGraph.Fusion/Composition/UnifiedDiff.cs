using System.Text;

namespace LuckyGraph.Fusion.Composition;

/// <summary>Line differences by Myers' greedy algorithm, printed as a unified diff.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>Texts that differ in more lines are shown as one replacement of what lies between their common ends.</summary>
    private const int MaxDistance = 1_000;

    public static string Of(string before, string after, int maxLines)
    {
        if (before == after)
        {
            return "";
        }

        var a = Lines(before);
        var b = Lines(after);
        var start = 0;
        while (start < a.Length && start < b.Length && a[start] == b[start])
        {
            start++;
        }

        var end = 0;
        while (end < a.Length - start && end < b.Length - start && a[^(end + 1)] == b[^(end + 1)])
        {
            end++;
        }

        if (start == a.Length && start == b.Length)
        {
            return "The texts differ in their line ends only.";
        }

        var edits = Edits(a.AsSpan(start..(a.Length - end)), b.AsSpan(start..(b.Length - end)));
        var lines = new List<(char Mark, string Text, int Old, int New)>();
        var (x, y) = (0, 0);
        void Keep(int count)
        {
            for (; count > 0; count--, x++, y++)
            {
                lines.Add((' ', a[x], x, y));
            }
        }

        Keep(start);
        foreach (var mark in edits)
        {
            switch (mark)
            {
                case ' ':
                    Keep(1);
                    break;
                case '-':
                    lines.Add(('-', a[x], x, y));
                    x++;
                    break;
                default:
                    lines.Add(('+', b[y], x, y));
                    y++;
                    break;
            }
        }

        Keep(end);
        return Print(lines, maxLines);
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    private static string Print(List<(char Mark, string Text, int Old, int New)> lines, int maxLines)
    {
        var text = new StringBuilder();
        var printed = 0;
        for (var i = 0; i < lines.Count;)
        {
            if (lines[i].Mark == ' ')
            {
                i++;
                continue;
            }

            // A hunk goes on while the next change is near.
            var from = Math.Max(0, i - Context);
            var to = i;
            for (var j = i; j < lines.Count && j <= to + (2 * Context); j++)
            {
                if (lines[j].Mark != ' ')
                {
                    to = j;
                }
            }

            var until = Math.Min(lines.Count, to + Context + 1);
            var hunk = lines[from..until];
            text.Append("@@ -").Append(hunk[0].Old + 1).Append(',').Append(hunk.Count(l => l.Mark != '+'))
                .Append(" +").Append(hunk[0].New + 1).Append(',').Append(hunk.Count(l => l.Mark != '-')).Append(" @@\n");
            foreach (var (mark, line, _, _) in hunk)
            {
                if (printed++ == maxLines)
                {
                    return text.Append("…").ToString();
                }

                text.Append(mark).Append(line).Append('\n');
            }

            i = until;
        }

        return text.ToString().TrimEnd('\n');
    }

    private static List<char> Edits(ReadOnlySpan<string> a, ReadOnlySpan<string> b)
    {
        var max = Math.Min(a.Length + b.Length, MaxDistance);
        var reach = new int[(2 * max) + 2];
        var history = new List<int[]>();
        for (var d = 0; d <= max; d++)
        {
            for (var k = -d; k <= d; k += 2)
            {
                var x = k == -d || (k != d && reach[max + k - 1] < reach[max + k + 1]) ? reach[max + k + 1] : reach[max + k - 1] + 1;
                var y = x - k;
                while (x < a.Length && y < b.Length && a[x] == b[y])
                {
                    x++;
                    y++;
                }

                reach[max + k] = x;
                if (x >= a.Length && y >= b.Length)
                {
                    history.Add((int[])reach.Clone());
                    return Backtrack(history, a.Length, b.Length, max);
                }
            }

            history.Add((int[])reach.Clone());
        }

        List<char> all = [.. Enumerable.Repeat('-', a.Length), .. Enumerable.Repeat('+', b.Length)];
        return all;
    }

    private static List<char> Backtrack(List<int[]> history, int x, int y, int max)
    {
        var edits = new List<char>();
        for (var d = history.Count - 1; d > 0; d--)
        {
            var reach = history[d - 1];
            var k = x - y;
            var down = k == -d || (k != d && reach[max + k - 1] < reach[max + k + 1]);
            var fromX = down ? reach[max + k + 1] : reach[max + k - 1];
            var fromY = fromX - (down ? k + 1 : k - 1);
            var snakeX = down ? fromX : fromX + 1;
            for (; x > snakeX; x--)
            {
                edits.Add(' ');
            }

            edits.Add(down ? '+' : '-');
            (x, y) = (fromX, fromY);
        }

        for (; x > 0; x--)
        {
            edits.Add(' ');
        }

        edits.Reverse();
        return edits;
    }
}
