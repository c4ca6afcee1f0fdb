using System.Text.RegularExpressions;
using Observability.Query.PromQL;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.Tests.PromQL.Conformance;

/// <summary>Reads a file of Prometheus' test script language (promql/promqltest/README.md of prometheus/prometheus).</summary>
internal sealed partial class ScriptReader(string fileName, string[] lines)
{
    private readonly List<ScriptCase> _cases = [];
    private ScriptData _data = new();
    private int _at;

    public static Script Read(string path)
    {
        var reader = new ScriptReader(Path.GetFileName(path), File.ReadAllLines(path));
        reader.Run();
        return new Script(Path.GetFileName(path), reader._cases);
    }

    private void Run()
    {
        while (_at < lines.Length)
        {
            var line = lines[_at++].Trim();
            if (line == "clear")
            {
                _data = new ScriptData();
            }
            else if (line.StartsWith("load", StringComparison.Ordinal))
            {
                Load(Milliseconds(line[line.LastIndexOf(' ')..]), withCustomBuckets: line.StartsWith("load_with_nhcb", StringComparison.Ordinal));
            }
            else if (Eval().Match(line) is { Success: true } eval)
            {
                ReadCase(eval);
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                throw new FormatException($"{fileName}:{_at}: '{line}' is no command");
            }
        }
    }

    /// <param name="step">Between points.</param>
    /// <param name="withCustomBuckets">Prometheus also makes a native histogram of each classic one.</param>
    private void Load(long step, bool withCustomBuckets)
    {
        // Cases before this line keep what they saw.
        _data = ScriptData.CopyOf(_data);
        var loaded = new Dictionary<LabelSet, List<double?>>();
        foreach (var line in Block())
        {
            var (labels, rest) = SeriesText.ParseLabels(line);
            loaded[labels] = SeriesText.ParsePoints(rest, out var hasHistograms);
            var name = labels[LabelSet.MetricName];
            if (hasHistograms)
            {
                _data.NativeHistograms.Add(labels);
            }
            else if (withCustomBuckets && name.EndsWith("_bucket", StringComparison.Ordinal))
            {
                _data.NativeHistograms.Add(labels.Without("le").With(LabelSet.MetricName, name[..^"_bucket".Length]));
            }
        }
        foreach (var (labels, points) in loaded)
        {
            _data.Add(labels, points.Select((value, index) => (index * step, value)).Where(static point => point.value is not null).Select(static point => (point.Item1, point.value!.Value)));
        }
    }

    private void ReadCase(Match eval)
    {
        var line = _at;
        var expected = new Expectation();
        if (eval.Groups["old"].Success)
        {
            expected.Outcomes.Add((eval.Groups["old"].Value, default));
        }
        foreach (var text in Block())
        {
            ReadExpectation(text, expected);
        }
        var isRange = eval.Groups["from"].Success;
        var start = Milliseconds(isRange ? eval.Groups["from"].Value : eval.Groups["at"].Value);
        var end = isRange ? Milliseconds(eval.Groups["to"].Value) : start;
        _cases.Add(new ScriptCase(line, eval.Groups["query"].Value, start, end, isRange ? Milliseconds(eval.Groups["step"].Value) : 0, _data, expected));
    }

    private static void ReadExpectation(string text, Expectation expected)
    {
        if (RangeVector().Match(text) is { Success: true } range)
        {
            expected.RangeVector = (Milliseconds(range.Groups[1].Value), Milliseconds(range.Groups[2].Value), Milliseconds(range.Groups[3].Value));
        }
        else if (text.StartsWith("expect string ", StringComparison.Ordinal))
        {
            expected.String = ((StringLiteral)PromQLParser.Parse(text["expect string ".Length..])).Value;
        }
        else if (Expect().Match(text) is { Success: true } expect)
        {
            expected.Outcomes.Add((expect.Groups["outcome"].Value, ConditionOf(expect)));
        }
        else if (Number().IsMatch(text))
        {
            expected.Scalar = text;
        }
        else
        {
            var (labels, rest) = SeriesText.ParseLabels(text);
            var points = SeriesText.ParsePoints(rest, out var hasHistograms);
            expected.NeedsNativeHistograms |= hasHistograms;
            expected.Series.Add(new ExpectedSeries(labels, points));
        }
    }

    private static TextCondition ConditionOf(Match expect)
    {
        var text = expect.Groups["text"].Value.Trim();
        return expect.Groups["how"].Value switch
        {
            "msg" => new TextCondition(text, null),
            "regex" => new TextCondition(null, text),
            _ => default,
        };
    }

    private IEnumerable<string> Block()
    {
        for (; _at < lines.Length; _at++)
        {
            var line = lines[_at].Trim();
            if (line.Length == 0 || line == "clear" || line.StartsWith("load", StringComparison.Ordinal) || Eval().IsMatch(line))
            {
                yield break;
            }
            if (line[0] != '#')
            {
                yield return line;
            }
        }
    }

    private static long Milliseconds(string text) => DurationText.TryParse(text.Trim(), out var duration)
        ? duration.Milliseconds
        : (long)Math.Round(SeriesText.ParseNumber(text.Trim()) * 1000);

    [GeneratedRegex(@"^eval(?:_(?<old>fail|warn|info|ordered))? (?:instant at (?<at>\S+)|range from (?<from>\S+) to (?<to>\S+) step (?<step>\S+))\s+(?<query>.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Eval();

    [GeneratedRegex(@"^expect range vector from (\S+) to (\S+) step (\S+)$")]
    private static partial Regex RangeVector();

    [GeneratedRegex(@"^expect (?<outcome>fail|warn|info|ordered|no_warn|no_info)(?:\s+(?<how>msg|regex):(?<text>.*))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Expect();

    [GeneratedRegex(@"^[+-]?(?:(?i:inf|nan)|[\d.]+(?:e[+-]?\d+)?)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}
