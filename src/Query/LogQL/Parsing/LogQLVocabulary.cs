using System.Collections.Frozen;
using Observability.Query.LogQL.Syntax;

namespace Observability.Query.LogQL.Parsing;

/// <summary>The words and signs of LogQL 3.x. Words are read in any case.</summary>
internal static class LogQLVocabulary
{
    /// <summary>Longest first, because the first that fits is taken.</summary>
    public static readonly string[] Symbols =
        ["|=", "|~", "|>", "!=", "!~", "!>", "=~", "==", ">=", "<=", "{", "}", "(", ")", ",", ".", "=", "|", "+", "-", "*", "/", "%", "^", "<", ">"];

    public static readonly FrozenSet<string> Flags = FrozenSet.Create(StringComparer.Ordinal, "--strict", "--keep-empty");

    private static readonly FrozenSet<string> Keywords = FrozenSet.Create(
        StringComparer.Ordinal,
        "by", "without", "bool", "on", "ignoring", "group_left", "group_right", "offset", "or", "and", "unless",
        "json", "logfmt", "regexp", "pattern", "unpack", "unwrap", "label_format", "line_format", "decolorize", "drop", "keep", "variants", "of");

    private static readonly FrozenSet<string> OtherFunctions = FrozenSet.Create(
        StringComparer.Ordinal, "vector", "label_replace", "bytes", "duration", "duration_seconds", "ip");

    public static bool IsKeyword(string lowerCase) => Keywords.Contains(lowerCase);

    public static bool IsFunction(string lowerCase) => OtherFunctions.Contains(lowerCase) || Operations.IsName(lowerCase);
}
