using System.Collections.Immutable;
using System.Globalization;

namespace Observability.TestRunner;

/// <summary>
/// The seconds that each test project may take on two cores: one line <c>project seconds [seconds with --all]</c>, <c>#</c> begins a comment.
/// A project over its budget is marked, not failed (the machine may be busy); one over five times its budget is killed as hung.
/// </summary>
internal sealed class Budgets
{
    /// <summary>What a project gets that has no line yet.</summary>
    public const int DefaultSeconds = 60;

    private readonly ImmutableDictionary<string, (int Ordinary, int All)> _seconds;

    private Budgets(ImmutableDictionary<string, (int Ordinary, int All)> seconds)
    {
        _seconds = seconds;
    }

    /// <exception cref="FormatException">A line is not in that form; the message names it.</exception>
    public static Budgets Parse(string text)
    {
        var seconds = ImmutableDictionary.CreateBuilder<string, (int, int)>();
        foreach (var (number, line) in text.Split('\n').Index())
        {
            var parts = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0)
            {
                continue;
            }
            if (parts.Length > 3 || !TryReadSeconds(parts, 1, out var ordinary))
            {
                throw new FormatException($"tests/budgets.txt:{number + 1}: expected 'project seconds [seconds with --all]', found '{line}'");
            }
            seconds[parts[0]] = (ordinary, TryReadSeconds(parts, 2, out var all) ? all : ordinary);
        }
        return new Budgets(seconds.ToImmutable());
    }

    public int SecondsOf(string project, bool runsAll) =>
        !_seconds.TryGetValue(project, out var budget) ? DefaultSeconds : runsAll ? budget.All : budget.Ordinary;

    private static bool TryReadSeconds(string[] parts, int index, out int seconds)
    {
        seconds = 0;
        return index < parts.Length && int.TryParse(parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds > 0;
    }
}
