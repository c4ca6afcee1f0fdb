using Observability.Repository.Tests.Sources;

namespace Observability.Repository.Tests.Rules;

/// <summary>A file is one idea and a method fits a screen.</summary>
internal static class SizeRules
{
    public const int FileLines = 400;
    public const int MethodLines = 60;

    /// <summary>A service's Program is a straight list, one line a folder.</summary>
    public const int ProgramLines = 60;

    public static IEnumerable<Violation> Files(SourceFile file, Ratchet ratchet)
    {
        var lines = file.Text.AsSpan().TrimEnd('\n').Count('\n') + 1;
        var limit = file.IsProduct && file.Path.EndsWith("/Program.cs", StringComparison.Ordinal) ? ProgramLines : FileLines;
        if (ratchet.Judge($"lines {file.Path}", lines, limit) is { } verdict)
        {
            yield return new Violation(file.Path, 1, verdict);
        }
    }

    public static IEnumerable<Violation> Methods(SourceFile file, Ratchet ratchet) =>
        from member in CodeMembers.Of(file.Code)
        let verdict = ratchet.Judge($"method {file.Path} {member.Name}", member.Lines, MethodLines)
        where verdict is not null
        select new Violation(file.Path, member.FirstLine, $"{member.Name} {verdict}");
}
