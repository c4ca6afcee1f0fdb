using System.Text.RegularExpressions;
using Observability.Repository.Tests.Sources;

namespace Observability.Repository.Tests.Rules;

/// <summary>Recorded payloads come with origin and licence, and every source of the Collector has some.</summary>
internal static partial class SampleRules
{
    /// <summary>Sources whose payload is our own or is made by a test.</summary>
    private static readonly string[] _withoutSamples = ["run", "junit"];

    /// <param name="index">The text of tests/Samples/INDEX.md: one line a file, <c>- path — origin — licence</c>, more parts may follow;
    /// a path that ends with a slash stands for everything below it.</param>
    /// <param name="samples">The paths below tests/Samples, without INDEX.md.</param>
    public static IEnumerable<string> Licences(string index, IReadOnlyCollection<string> samples)
    {
        var lines = index.Split('\n').Where(line => line.StartsWith("- ", StringComparison.Ordinal)).Select(line => line[2..].Split(" — ")).ToList();
        var listed = lines.Select(parts => parts[0].Trim()).ToList();
        foreach (var parts in lines)
        {
            if (parts.Length < 3 || !Licence().IsMatch(parts[2].Trim()))
            {
                yield return $"INDEX.md: '{parts[0]}' needs an origin and one of the licences Apache-2.0, MIT, BSD, or 'ours'";
            }
            if (!samples.Any(sample => IsListedBy(sample, parts[0].Trim())))
            {
                yield return $"INDEX.md: {parts[0].Trim()} does not exist";
            }
        }
        foreach (var sample in samples.Where(sample => !listed.Any(path => IsListedBy(sample, path))))
        {
            yield return $"tests/Samples/{sample} has no line in INDEX.md";
        }
    }

    /// <param name="sourceFolders">The folders of src/Collector/Sources, in Pascal case.</param>
    /// <param name="sampleFolders">The folders of tests/Samples, with underscores or hyphens.</param>
    /// <param name="catalog">The text of SourceCatalog.cs.</param>
    public static IEnumerable<string> Sources(IEnumerable<string> sourceFolders, IEnumerable<string> sampleFolders, string catalog)
    {
        var sampled = sampleFolders.Select(PlainName).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in sourceFolders)
        {
            if (!_withoutSamples.Contains(PlainName(folder)) && !sampled.Contains(PlainName(folder)))
            {
                yield return $"src/Collector/Sources/{folder} has no recorded samples in tests/Samples";
            }
            if (!catalog.Contains(folder, StringComparison.Ordinal))
            {
                yield return $"src/Collector/Sources/{folder} is not in SourceCatalog.cs";
            }
        }
    }

    private static bool IsListedBy(string sample, string path) =>
        sample == path || (path.EndsWith('/') && sample.StartsWith(path, StringComparison.Ordinal));

    private static string PlainName(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    [GeneratedRegex(@"^(Apache-2\.0|MIT|BSD(-[23]-Clause)?|ours)\b")]
    private static partial Regex Licence();
}
