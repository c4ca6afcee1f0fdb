using Spectre.Console;
using Spectre.Console.Rendering;

namespace Observability.Cli.Speaking;

/// <summary>Rows under headings. Into a file or pipe it writes no colours and does not cut to a width.</summary>
internal sealed class TerminalTable
{
    /// <summary>Where the output has no width: wide enough that no row is broken.</summary>
    private const int WidthOfAPipe = 1_000;

    private readonly Table _table = new() { Border = TableBorder.None, ShowHeaders = true };

    public TerminalTable(params ReadOnlySpan<string> headings)
    {
        foreach (var heading in headings)
        {
            _table.AddColumn(new TableColumn(new Text(heading)).NoWrap());
        }
    }

    public void Add(params string[] cells) => _table.AddRow(cells.Select(static IRenderable (cell) => new Text(TerminalText.OneLine(cell))));

    public void WriteTo(TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = WidthOfAPipe;
        console.Write(_table);
    }
}
