namespace Observability.Dashboards.Tests;

/// <summary>One series of an answer: its labels, and its value at the end of the panel's time.</summary>
internal sealed record Point(IReadOnlyDictionary<string, string> Labels, double Value)
{
    public override string ToString() => $"{{{string.Join(", ", Labels.Select(label => $"{label.Key}={label.Value}"))}}} {Value}";
}

/// <summary>A series that a panel must show: these labels (others are free) and this value.</summary>
internal sealed record ExpectedPoint(double Value, params (string Name, string Value)[] Labels)
{
    /// <summary>The largest value that is right too, where one depends on the moment of the query; else the value itself.</summary>
    public double? UpTo { get; init; }

    public static void AssertShown(string title, IReadOnlyList<ExpectedPoint> expected, IReadOnlyList<Point> shown)
    {
        var text = string.Join("\n", shown);
        Assert.True(expected.Count == shown.Count, $"'{title}' shows {shown.Count} series, expected {expected.Count}:\n{text}");
        foreach (var point in expected)
        {
            var match = shown.Where(candidate => point.Labels.All(label => candidate.Labels.GetValueOrDefault(label.Name, "") == label.Value)).ToList();
            Assert.True(match.Count == 1, $"'{title}': {match.Count} series fit {point}, expected one of:\n{text}");
            Assert.True(point.Allows(match[0].Value), $"'{title}': {point} shows {match[0].Value}:\n{text}");
        }
    }

    public override string ToString() => $"{{{string.Join(", ", Labels.Select(label => $"{label.Name}={label.Value}"))}}} {Value}{(UpTo is { } most ? $" to {most}" : "")}";

    private bool Allows(double shown)
    {
        var rounding = 1e-6 * Math.Max(1, Math.Abs(Value));
        return shown >= Value - rounding && shown <= (UpTo ?? Value) + rounding;
    }
}
