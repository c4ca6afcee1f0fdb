using Observability.Telemetry;

namespace Observability.Query.LogQL.Lines;

/// <summary>Names that LogQL itself gives to labels, and how any name becomes one.</summary>
internal static class LogQLLabels
{
    /// <summary>Set by the stage that failed on a line; the line goes on, so that a later filter can look at it.</summary>
    public const string Error = "__error__";

    public const string ErrorDetails = "__error_details__";

    /// <summary>What a parser appends to a name that a stream label has already.</summary>
    public const string DuplicateSuffix = "_extracted";

    /// <summary>The label that a key in a line becomes.</summary>
    public static string NameFrom(string key, bool isFirstPart = true) => LabelNames.FromText(key, isFirstPart);
}
