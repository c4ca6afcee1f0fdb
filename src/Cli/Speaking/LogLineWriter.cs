namespace Observability.Cli.Speaking;

/// <summary>How lines are written.</summary>
internal enum LogFormat
{
    /// <summary>Time and line.</summary>
    Text,

    /// <summary>Time, labels and line.</summary>
    Labels,

    /// <summary>The line alone, as it was written; for other programs.</summary>
    Raw,

    /// <summary>One JSON object a line.</summary>
    Ndjson,
}

/// <summary>Writes lines in one format.</summary>
internal sealed class LogLineWriter(TextWriter output, LogFormat format)
{
    public async Task WriteAsync(IEnumerable<LogLine> lines)
    {
        foreach (var line in lines)
        {
            await output.WriteLineAsync(Worded(line));
        }
        // Whoever follows reads each line when it comes, also through a pipe.
        await output.FlushAsync();
    }

    private string Worded(LogLine line) => format switch
    {
        LogFormat.Raw => line.Text,
        LogFormat.Ndjson => line.ToJson(),
        LogFormat.Labels => $"{line.Moment} {LabelsOf(line)} {TerminalText.OneLine(line.Text)}",
        _ => $"{line.Moment} {TerminalText.OneLine(line.Text)}",
    };

    private static string LabelsOf(LogLine line) => line.Labels is { } labels ? labels.Labels() : "{}";
}
