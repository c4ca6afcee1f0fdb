namespace Observability.TestKit;

/// <summary>The last lines that a process wrote: enough to see why it failed, bounded however long it runs.</summary>
public sealed class OutputTail
{
    /// <summary>A stack trace with its inner exceptions fits; a process that logs each request does not fill the memory.</summary>
    private const int LinesKept = 2_000;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public bool Contains(string text) => Lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    public override string ToString() => string.Join('\n', Lines);

    internal void Add(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (_lock)
        {
            if (_lines.Count == LinesKept)
            {
                _lines.Dequeue();
            }
            _lines.Enqueue(line);
        }
    }
}
