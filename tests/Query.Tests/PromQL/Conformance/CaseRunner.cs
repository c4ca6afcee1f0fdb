using Observability.Query.PromQL;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.Tests.PromQL.Conformance;

/// <summary>Runs a case and says what is wrong with the answer.</summary>
internal static class CaseRunner
{
    private const double RelativeTolerance = 1e-6;
    private const long Minute = 60_000;

    private static readonly PromQLEngine Engine = new();

    /// <returns>Null when everything is as expected.</returns>
    public static string? Run(ScriptCase scriptCase)
    {
        QueryResult result;
        try
        {
            var expression = PromQLParser.Parse(scriptCase.Query);
            result = scriptCase.IsInstant
                ? Engine.EvaluateInstant(expression, scriptCase.Data, scriptCase.StartMilliseconds)
                : Engine.EvaluateRange(expression, scriptCase.Data, scriptCase.StartMilliseconds, scriptCase.EndMilliseconds, scriptCase.StepMilliseconds);
        }
        catch (QueryException exception)
        {
            var accepted = scriptCase.Expected.Outcomes.Exists(outcome => outcome.Outcome == "fail" && outcome.Text.Accepts(exception.Reason));
            return accepted ? null : $"unexpected error: {exception.Message}";
        }
        if (scriptCase.Expected.Fails)
        {
            return "no error";
        }
        return Compare(scriptCase, result.Value) ?? CompareAnnotations(scriptCase.Expected, result.Annotations) ?? RunAsRange(scriptCase);
    }

    /// <summary>An instant case asked for as the middle of three steps must give the same, whatever its neighbours make the operators remember.</summary>
    private static string? RunAsRange(ScriptCase scriptCase)
    {
        var expected = scriptCase.Expected;
        var dependsOnBounds = new[] { "start()", "end()", "step()", "range()" }.Any(scriptCase.Query.Contains);
        if (!scriptCase.IsInstant || expected.Ordered || expected.String is not null || expected.RangeVector is not null || dependsOnBounds)
        {
            return null;
        }
        var (start, end) = (scriptCase.StartMilliseconds - Minute, scriptCase.StartMilliseconds + Minute);
        var result = (RangeMatrix)Engine.EvaluateRange(PromQLParser.Parse(scriptCase.Query), scriptCase.Data, start, end, Minute).Value;
        var samples = result.Series
            .Select(series => (series.Labels, Index: series.Timestamps.Span.IndexOf(scriptCase.StartMilliseconds), series.Values))
            .Where(static found => found.Index >= 0)
            .Select(static found => new VectorSample(found.Labels, found.Values.Span[found.Index]))
            .ToList();
        var difference = expected.Scalar is { } scalar
            ? CompareNumber(SeriesText.ParseNumber(scalar), samples.Single().Value, "the scalar")
            : CompareVector(expected, samples);
        return difference is null ? null : $"as a step of a range query: {difference}";
    }

    private static string? Compare(ScriptCase scriptCase, QueryValue value)
    {
        var expected = scriptCase.Expected;
        return value switch
        {
            Scalar scalar when expected.Scalar is { } number => CompareNumber(SeriesText.ParseNumber(number), scalar.Value, "the scalar"),
            StringValue text => text.Value == expected.String ? null : $"expected the string '{expected.String}', got '{text.Value}'",
            InstantVector vector => CompareVector(expected, vector.Samples),
            RangeMatrix matrix when expected.RangeVector is { } range => CompareMatrix(expected, matrix, range.Start, range.End, range.Step),
            RangeMatrix matrix when !scriptCase.IsInstant => CompareMatrix(expected, matrix, scriptCase.StartMilliseconds, scriptCase.EndMilliseconds, scriptCase.StepMilliseconds),
            _ => $"got {value}",
        };
    }

    private static string? CompareVector(Expectation expected, IReadOnlyList<VectorSample> samples)
    {
        if (expected.NeedsNativeHistograms)
        {
            return "a native histogram is expected";
        }
        if (samples.Count != expected.Series.Count)
        {
            return $"expected {expected.Series.Count} samples, got {samples.Count}: {string.Join("; ", samples.Select(static sample => $"{sample.Labels} {sample.Value}"))}";
        }
        for (var i = 0; i < samples.Count; i++)
        {
            var series = expected.Ordered ? expected.Series[i] : expected.Series.Find(candidate => candidate.Labels.Equals(samples[i].Labels));
            if (series is null || !series.Labels.Equals(samples[i].Labels))
            {
                return $"{samples[i].Labels} is not expected{(expected.Ordered ? $" at place {i}" : "")}";
            }
            if (CompareNumber(series.Points.Count > 0 ? series.Points[0] : null, samples[i].Value, series.Labels.ToString()) is { } difference)
            {
                return difference;
            }
        }
        return null;
    }

    private static string? CompareMatrix(Expectation expected, RangeMatrix matrix, long start, long end, long step)
    {
        if (expected.NeedsNativeHistograms)
        {
            return "a native histogram is expected";
        }
        var unmatched = expected.Series.Where(static series => series.Points.Any(static point => point is not null)).ToList();
        foreach (var series in matrix.Series)
        {
            if (unmatched.Find(candidate => candidate.Labels.Equals(series.Labels)) is not { } found)
            {
                return $"{series.Labels} is not expected";
            }
            unmatched.Remove(found);
            for (var (time, i) = (start, 0); time <= end; time += step, i++)
            {
                var at = series.Timestamps.Span.IndexOf(time);
                var wanted = i < found.Points.Count ? found.Points[i] : null;
                if (CompareNumber(wanted, at < 0 ? null : series.Values.Span[at], $"{series.Labels} at {time}ms") is { } difference)
                {
                    return difference;
                }
            }
        }
        return unmatched.Count == 0 ? null : $"{unmatched[0].Labels} is missing";
    }

    private static string? CompareAnnotations(Expectation expected, IReadOnlyList<Annotation> annotations)
    {
        foreach (var (outcome, text) in expected.Outcomes)
        {
            var level = outcome.EndsWith("warn", StringComparison.Ordinal) ? AnnotationLevel.Warning : AnnotationLevel.Info;
            var found = annotations.Where(annotation => annotation.Level == level).Select(static annotation => annotation.ToString()).ToList();
            if (outcome is "warn" or "info" && !found.Exists(text.Accepts))
            {
                return $"expected {outcome} ({text}), got [{string.Join("; ", found)}]";
            }
            if (outcome is "no_warn" or "no_info" && found.Count > 0)
            {
                return $"expected {outcome}, got {found[0]}";
            }
        }
        return null;
    }

    private static string? CompareNumber(double? expected, double? found, string what)
    {
        if (expected is not { } wanted || found is not { } value)
        {
            return expected is null && found is null ? null : $"{what}: expected {expected?.ToString() ?? "nothing"}, got {found?.ToString() ?? "nothing"}";
        }
        var equal = wanted.Equals(value)
            || wanted == value
            || Math.Abs(wanted - value) <= RelativeTolerance * Math.Min(Math.Abs(wanted) + Math.Abs(value), double.MaxValue);
        return equal ? null : $"{what}: expected {wanted}, got {value}";
    }
}
