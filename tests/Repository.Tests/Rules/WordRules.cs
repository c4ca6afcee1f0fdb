using System.Text.RegularExpressions;
using Observability.Repository.Tests.Sources;

namespace Observability.Repository.Tests.Rules;

/// <summary>
/// A word that is refused where <paramref name="AppliesTo"/> says, and what to write instead.
/// <paramref name="IsRight"/> gets the code behind a match and lets the right ones pass.
/// </summary>
internal sealed record RefusedWord(string Name, string Pattern, string Instead, Func<SourceFile, bool> AppliesTo, Func<string, bool>? IsRight = null)
{
    public Regex Expression { get; } = new(Pattern, RegexOptions.CultureInvariant);
}

/// <summary>Words that break a rule of the house wherever they stand in code; AllowedWords.txt holds the exceptions with their reasons.</summary>
internal static partial class WordRules
{
    private static readonly Func<SourceFile, bool> _product = file => file.IsProduct;
    private static readonly Func<SourceFile, bool> _productAndTests = file => file.IsProduct || file.IsTest;

    public static IReadOnlyList<RefusedWord> All { get; } =
    [
        new("DateTime.UtcNow", @"\bDateTime(Offset)?\.(UtcNow|Now|Today)\b", "take a TimeProvider and ask it", _productAndTests),
        new("Thread.Sleep", @"\bThread\.Sleep\b", "wait for the event, or Task.Delay with a TimeProvider", _productAndTests),
        new("Task.Delay", @"\bTask\.Delay\(", "pass a TimeProvider as the second argument", _productAndTests, SecondArgumentIsClock),
        new("PeriodicTimer", @"\bnew PeriodicTimer\(", "pass a TimeProvider as the second argument", _product, SecondArgumentIsClock),
        new("Timer", @"\bnew (System\.Threading\.)?Timer\(", "use TimeProvider.CreateTimer", _product),
        new("Stopwatch", @"\bStopwatch\b|\bEnvironment\.TickCount", "use TimeProvider.GetTimestamp and GetElapsedTime", _product),
        new("NotImplementedException", @"\bNotImplementedException\b", "build it, or refuse the input with its reason", _productAndTests),
        new("LogInformation", @"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(", "write a [LoggerMessage] in the folder's Log.cs", _product),
        new("Random.Shared", @"\bnew Random\(|\bRandom\.Shared\b", "take the randomness as a parameter, so that a seed repeats it", _product),
        new("Guid.NewGuid", @"\bGuid\.(NewGuid|CreateVersion7)\b", "take the identity from the caller or from injected randomness", _product),
        new("Console", @"\bConsole\.(Write|Out\b|Error\b|SetOut)", "log it; only the command line and Standalone speak to a terminal", file => file.IsProduct && file.Project is not ("Cli" or "Standalone")),
        new("AsyncLocal", @"\b(AsyncLocal|ThreadLocal|CallContext)\b|\[ThreadStatic\]", "pass it as a parameter: nothing travels in ambient state", _product),
        new("async void", @"\basync void\b", "return a Task: nobody sees the exception of this one", _productAndTests),
        new("#region", @"(?m)^\s*#region\b", "split the file", _productAndTests),
        new("catch-all", @"\bcatch\s*(\(\s*(System\.)?Exception(\s+\w+)?\s*\))?\s*\{\s*\}", "name the exceptions that are expected here; a fault must not be hidden", _productAndTests),
    ];

    public static IEnumerable<Violation> Check(SourceFile file, AllowedWords allowed) =>
        from word in All
        where word.AppliesTo(file)
        from match in word.Expression.Matches(file.Code)
        where word.IsRight?.Invoke(file.Code[(match.Index + match.Length)..]) != true
        where !allowed.Allows(file.Path, word.Name)
        select file.At(match.Index, $"'{match.Value.Trim()}': {word.Instead}");

    /// <summary>Judged by its name, which is all that the text has: <c>_time</c>, <c>time</c>, <c>TimeProvider.System</c>.</summary>
    private static bool SecondArgumentIsClock(string arguments)
    {
        var depth = 0;
        for (var i = 0; i < arguments.Length && depth >= 0; i++)
        {
            depth += arguments[i] switch { '(' or '[' => 1, ')' or ']' => -1, _ => 0 };
            if (depth == 0 && arguments[i] == ',')
            {
                return Clock().IsMatch(arguments[(i + 1)..]);
            }
        }
        return false;
    }

    [GeneratedRegex(@"^\s*([\w.]*[tT]ime|TimeProvider\.\w+|[\w.]*[tT]imeProvider|[\w.]*[cC]lock)\s*[,)]")]
    private static partial Regex Clock();

    /// <summary>Unfinished work is not left behind in comments either.</summary>
    public static IEnumerable<Violation> UnfinishedWork(SourceFile file) =>
        from match in Regex.Matches(file.Text, @"\b(TODO|FIXME|HACK|XXX)\b", RegexOptions.None)
        select file.At(match.Index, $"'{match.Value}': finish it or write it into the changelog's open points");
}

/// <summary>The exceptions of AllowedWords.txt: path, word, reason.</summary>
internal sealed class AllowedWords
{
    private readonly Dictionary<(string Path, string Word), bool> _used = [];

    public static AllowedWords Parse(string text)
    {
        var allowed = new AllowedWords();
        foreach (var line in RuleData.LinesOf(text))
        {
            var word = WordRules.All.FirstOrDefault(word => line.Contains($" {word.Name} ", StringComparison.Ordinal))
                ?? throw new FormatException($"AllowedWords.txt: expected 'path word reason' with a word of WordRules, found '{line}'");
            allowed._used[(line[..line.IndexOf(' ', StringComparison.Ordinal)], word.Name)] = false;
        }
        return allowed;
    }

    /// <summary>The exceptions that no file asked for.</summary>
    public IEnumerable<string> Unused => _used.Where(entry => !entry.Value).Select(entry => $"{entry.Key.Path} {entry.Key.Word}");

    public bool Allows(string path, string word)
    {
        if (!_used.ContainsKey((path, word)))
        {
            return false;
        }
        _used[(path, word)] = true;
        return true;
    }
}
