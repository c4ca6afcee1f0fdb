using Observability.TestKit;

namespace Observability.Repository.Tests.Sources;

/// <summary>One text file of the repository; <see cref="Path"/> is relative to the root, with slashes.</summary>
internal sealed class SourceFile(string path, string text)
{
    private readonly Lazy<string> _code = new(() => CSharpText.CodeOnly(text));

    public string Path { get; } = path;

    public string Text { get; } = text;

    /// <summary>Of a C# file: the text with comments and literals blanked, so that positions and lines stay.</summary>
    public string Code => _code.Value;

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    /// <summary>Part of what is shipped.</summary>
    public bool IsProduct => Path.StartsWith("src/", StringComparison.Ordinal) || Path.StartsWith("ServiceDefaults/", StringComparison.Ordinal);

    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal) && !IsSample;

    public bool IsSample => Path.StartsWith("tests/Samples/", StringComparison.Ordinal);

    /// <summary>Holds bad texts on purpose; rules that also read comments and literals leave it out.</summary>
    public bool IsRuleItself => Path.StartsWith("tests/Repository.Tests/", StringComparison.Ordinal);

    /// <summary><c>Collector</c> of <c>src/Collector/Spooling/Spool.cs</c>; of a project outside src its folder.</summary>
    public string Project => Path.Split('/') is ["src" or "tests", var name, ..] ? name : Path.Split('/')[0];

    public int LineOf(int position) => Text.AsSpan(0, position).Count('\n') + 1;

    public Violation At(int position, string text) => new(Path, LineOf(position), text);
}

/// <summary>What a rule found, in the form that editors make clickable.</summary>
internal readonly record struct Violation(string Path, int Line, string Text)
{
    public override string ToString() => $"{Path}:{Line}: {Text}";
}

/// <summary>The files on disk, without what .gitignore names: also one that is not yet committed has to follow the rules.</summary>
internal static class RepositoryFiles
{
    /// <summary>A bigger one is data; no rule about texts is for it.</summary>
    private const int BytesRead = 2_000_000;

    private static readonly HashSet<string> _ignoredFolders = [".git", "artifacts", "bin", "obj", "data", ".vs", ".idea", "TestResults"];
    private static readonly Lazy<IReadOnlyList<SourceFile>> _all = new(() => [.. Read(RepositoryRoot.Path)]);

    public static IReadOnlyList<SourceFile> All => _all.Value;

    public static IEnumerable<SourceFile> CSharp => All.Where(file => file.IsCSharp);

    /// <summary>Every file and folder, relative to the root; folders end with a slash.</summary>
    public static IReadOnlySet<string> Paths { get; } = All
        .SelectMany(file => Ancestors(file.Path).Append(file.Path))
        .ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Ancestors(string path) =>
        path.Index().Where(character => character.Item == '/').Select(character => path[..(character.Index + 1)]);

    private static IEnumerable<SourceFile> Read(string root)
    {
        var folders = new Stack<string>([root]);
        while (folders.TryPop(out var folder))
        {
            foreach (var child in Directory.EnumerateDirectories(folder).Where(child => !_ignoredFolders.Contains(System.IO.Path.GetFileName(child))))
            {
                folders.Push(child);
            }
            // In a worktree of git ".git" is a file.
            foreach (var file in Directory.EnumerateFiles(folder).Where(file => !_ignoredFolders.Contains(System.IO.Path.GetFileName(file))))
            {
                var path = System.IO.Path.GetRelativePath(root, file).Replace('\\', '/');
                var text = new FileInfo(file).Length <= BytesRead ? File.ReadAllText(file) : "";
                // A picture or an archive takes part by its path only.
                yield return new SourceFile(path, text.Contains('\0', StringComparison.Ordinal) ? "" : text);
            }
        }
    }
}
