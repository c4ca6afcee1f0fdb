namespace Observability.Query.LogQL.Lines;

/// <summary>
/// Loki's pattern expressions: literal text with captures <c>&lt;name&gt;</c> and <c>&lt;_&gt;</c> between. A parser takes captures out of the line, a line filter
/// (<c>|&gt;</c>) only asks whether the whole line fits. Matching never goes back, so it is linear.
/// </summary>
internal sealed class LinePattern
{
    private readonly List<Part> _parts;

    private LinePattern(List<Part> parts) => _parts = parts;

    /// <exception cref="ArgumentException">No named capture, or two captures without text between them.</exception>
    public static LinePattern ForParser(string pattern)
    {
        var parts = Split(pattern);
        if (!parts.Exists(static part => part.IsNamed))
        {
            throw new ArgumentException($"the pattern '{pattern}' names no capture; write <name> where a label's value stands");
        }
        var repeated = parts.Where(static part => part.IsNamed).GroupBy(static part => part.Text, StringComparer.Ordinal).FirstOrDefault(static group => group.Skip(1).Any());
        return repeated is null ? new LinePattern(parts) : throw new ArgumentException($"the pattern '{pattern}' names '{repeated.Key}' twice");
    }

    /// <exception cref="ArgumentException">A named capture, or two captures without text between them.</exception>
    public static LinePattern ForFilter(string pattern)
    {
        var parts = Split(pattern);
        return parts.Exists(static part => part.IsNamed)
            ? throw new ArgumentException($"the pattern '{pattern}' names a capture; a line filter has only <_>")
            : new LinePattern(parts);
    }

    /// <summary>True when the whole line fits; a capture is never empty.</summary>
    public bool Fits(string line)
    {
        if (line.Length == 0 || _parts.Count == 0)
        {
            return line.Length == 0 && _parts.Count == 0;
        }
        var offset = 0;
        for (var i = 0; i < _parts.Count; i++)
        {
            if (_parts[i].IsCapture)
            {
                continue;
            }
            var at = line.IndexOf(_parts[i].Text, offset, StringComparison.Ordinal);
            if (at < 0 || (i > 0 && at == offset))
            {
                return false;
            }
            offset = at + _parts[i].Text.Length;
        }
        return _parts[^1].IsCapture == offset < line.Length;
    }

    /// <summary>Calls <paramref name="found"/> for each named capture; when text between captures is missing, the capture before it takes the rest of the line.</summary>
    public void Capture(string line, Action<string, string> found)
    {
        if (line.Length == 0)
        {
            return;
        }
        var offset = 0;
        var first = 0;
        if (!_parts[0].IsCapture)
        {
            if (!line.StartsWith(_parts[0].Text, StringComparison.Ordinal))
            {
                return;
            }
            offset = _parts[0].Text.Length;
            first = 1;
        }
        for (var i = first; i < _parts.Count; i += 2)
        {
            var end = i + 1 < _parts.Count ? line.IndexOf(_parts[i + 1].Text, offset, StringComparison.Ordinal) : -1;
            if (_parts[i].IsNamed)
            {
                found(_parts[i].Text, end < 0 ? line[offset..] : line[offset..end]);
            }
            if (end < 0)
            {
                return;
            }
            offset = end + _parts[i + 1].Text.Length;
        }
    }

    private static List<Part> Split(string pattern)
    {
        var parts = new List<Part>();
        var literalStart = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            var close = pattern[i] == '<' ? pattern.IndexOf('>', i) : -1;
            if (close < 0 || !Telemetry.LabelText.IsPlainName(pattern[(i + 1)..close]))
            {
                continue;
            }
            AddLiteral(i);
            if (parts.Count > 0 && parts[^1].IsCapture)
            {
                throw new ArgumentException($"the pattern '{pattern}' has two captures without text between them; nothing would say where the first ends");
            }
            parts.Add(new Part(pattern[(i + 1)..close], IsCapture: true));
            literalStart = close + 1;
            i = close;
        }
        AddLiteral(pattern.Length);
        return parts;

        void AddLiteral(int end)
        {
            if (end > literalStart)
            {
                parts.Add(new Part(pattern[literalStart..end], IsCapture: false));
            }
        }
    }

    private readonly record struct Part(string Text, bool IsCapture)
    {
        public bool IsNamed => IsCapture && Text != "_";
    }
}
