using System.Text;
using System.Text.RegularExpressions;
using Observability.Query.LogQL.Lines;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Metrics;

/// <summary><c>label_replace</c>: where the expression matches the whole source label, the target label becomes the replacement. References are Go's: <c>$1</c>, <c>${name}</c>, <c>$$</c>.</summary>
internal static class LabelReplacement
{
    public static List<VectorSample> Apply(LabelReplaceExpression expression, List<VectorSample> samples)
    {
        var numbering = new CaptureNumbering(expression.Expression);
        var seen = new HashSet<LabelSet>();
        var results = new List<VectorSample>(samples.Count);
        foreach (var sample in samples)
        {
            var match = expression.Compiled!.Match(sample.Labels[expression.Source]);
            var labels = match.Success ? sample.Labels.With(expression.Target, Expand(expression.Replacement, match, numbering)) : sample.Labels;
            results.Add(seen.Add(labels)
                ? new VectorSample(labels, sample.Value)
                : throw new QueryException(QueryFault.Execution, $"label_replace gives two series the same labels {labels}", expression.Position));
        }
        return results;
    }

    private static string Expand(string replacement, Match match, CaptureNumbering numbering)
    {
        var text = new StringBuilder();
        for (var i = 0; i < replacement.Length; i++)
        {
            if (replacement[i] != '$' || i + 1 == replacement.Length)
            {
                text.Append(replacement[i]);
            }
            else if (replacement[i + 1] == '$')
            {
                text.Append('$');
                i++;
            }
            else if (TryReference(replacement, i + 1, out var name, out var end))
            {
                text.Append(match.Groups[numbering.NameOf(name)].Value);
                i = end - 1;
            }
            else
            {
                text.Append('$');
            }
        }
        return text.ToString();
    }

    // Without braces a reference takes as many letters as it can: $1x is the group "1x".
    private static bool TryReference(string replacement, int at, out string name, out int end)
    {
        var braced = replacement[at] == '{';
        var start = braced ? at + 1 : at;
        end = start;
        while (end < replacement.Length && (char.IsLetterOrDigit(replacement[end]) || replacement[end] == '_'))
        {
            end++;
        }
        name = replacement[start..end];
        if (braced && (end == replacement.Length || replacement[end++] != '}'))
        {
            return false;
        }
        return name.Length > 0;
    }
}
