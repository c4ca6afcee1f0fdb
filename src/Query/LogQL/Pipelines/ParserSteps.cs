using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Observability.Query.LogQL.Lines;
using Observability.Query.LogQL.Syntax;

namespace Observability.Query.LogQL.Pipelines;

/// <summary>The kinds of failure that Loki names in <c>__error__</c>; queries compare with these texts.</summary>
internal static class PipelineErrors
{
    public const string Json = "JSONParserErr";
    public const string Logfmt = "LogfmtParserErr";
    public const string SampleExtraction = "SampleExtractionErr";
    public const string LabelFilter = "LabelFilterErr";
    public const string Template = "TemplateFormatErr";
}

/// <summary>Every field of a JSON object becomes a label; names of nested objects are joined with <c>_</c>; arrays and nulls are left out.</summary>
internal sealed class JsonStep : LineStep
{
    public override bool OnlyExtracts => true;

    public override bool ReadsLabels => false;

    public override bool Process(long timeUnixNanoseconds, ref string line, LineLabels labels)
    {
        // What precedes a malformed part is extracted all the same, and what follows the object is ignored: both as Loki does.
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line));
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                labels.Fail(PipelineErrors.Json, "the line is not a JSON object");
                return true;
            }
            ReadObject(ref reader, "", labels);
        }
        catch (JsonException malformed)
        {
            labels.Fail(PipelineErrors.Json, malformed.Message);
        }
        return true;
    }

    private static void ReadObject(ref Utf8JsonReader reader, string prefix, LineLabels labels)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var part = LogQLLabels.NameFrom(JsonText.StringOf(ref reader), prefix.Length == 0);
            var name = prefix.Length == 0 ? part : $"{prefix}_{part}";
            reader.Read();
            switch (reader.TokenType)
            {
                // The reader itself ends the recursion: it refuses more than 64 levels.
                case JsonTokenType.StartObject:
                    ReadObject(ref reader, name, labels);
                    break;
                case JsonTokenType.StartArray:
                    reader.Skip();
                    break;
                case JsonTokenType.String:
                    labels.Extract(name, JsonText.StringOf(ref reader));
                    break;
                case JsonTokenType.Null:
                    break;
                default:
                    labels.Extract(name, Encoding.UTF8.GetString(reader.ValueSpan));
                    break;
            }
        }
    }
}

/// <summary>Only the fields that paths name; a path that leads nowhere gives an empty label.</summary>
internal sealed class JsonExtractionStep(JsonStage stage) : LineStep
{
    private readonly List<(string Target, JsonPath Path)> _extractions = [.. stage.Extractions.Select(static item => (item.Target, JsonPath.Parse(item.Path)))];

    public override bool OnlyExtracts => true;

    public override bool ReadsLabels => false;

    public override bool Process(long timeUnixNanoseconds, ref string line, LineLabels labels)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line));
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            foreach (var (target, path) in _extractions)
            {
                labels.Extract(target, JsonText.OrEmpty(() => path.Find(document.RootElement)));
            }
        }
        catch (JsonException malformed)
        {
            labels.Fail(PipelineErrors.Json, malformed.Message);
        }
        return true;
    }
}

/// <summary>Undoes <c>pack</c>: the object's text fields become labels and its <c>_entry</c> the line. An object without <c>_entry</c> stays as it is.</summary>
internal sealed class UnpackStep : LineStep
{
    private const string Entry = "_entry";

    public override bool ReadsLabels => false;

    public override bool Process(long timeUnixNanoseconds, ref string line, LineLabels labels)
    {
        if (line.Length == 0)
        {
            return true;
        }
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line));
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                labels.Fail(PipelineErrors.Json, "the line is not a JSON object");
            }
            else if (document.RootElement.TryGetProperty(Entry, out var entry) && entry.ValueKind == JsonValueKind.String)
            {
                foreach (var field in document.RootElement.EnumerateObject().Where(static field => field.Value.ValueKind == JsonValueKind.String && field.Name != Entry))
                {
                    labels.Extract(LogQLLabels.NameFrom(field.Name), JsonText.OrEmpty(field.Value.GetString));
                }
                line = JsonText.OrEmpty(entry.GetString);
            }
        }
        catch (JsonException malformed)
        {
            labels.Fail(PipelineErrors.Json, malformed.Message);
        }
        return true;
    }
}

/// <summary>Every pair, or those that the extractions name. A malformed pair is skipped, or under <c>--strict</c> ends the parsing with an error.</summary>
internal sealed class LogfmtStep(LogfmtStage stage) : LineStep
{
    public override bool OnlyExtracts => true;

    public override bool ReadsLabels => false;

    public override bool Process(long timeUnixNanoseconds, ref string line, LineLabels labels)
    {
        var reader = new LogfmtReader(line);
        while (reader.Read())
        {
            if (reader.Fault is { } fault)
            {
                if (stage.IsStrict)
                {
                    labels.Fail(PipelineErrors.Logfmt, fault);
                    break;
                }
                continue;
            }
            if (stage.Extractions.Count == 0)
            {
                if (reader.Value.Length > 0 || stage.KeepsEmpty)
                {
                    labels.Extract(LogQLLabels.NameFrom(reader.Key), reader.Value);
                }
                continue;
            }
            foreach (var extraction in stage.Extractions)
            {
                if (extraction.Path == reader.Key)
                {
                    labels.Extract(extraction.Target, reader.Value);
                }
            }
        }
        foreach (var extraction in stage.Extractions)
        {
            labels.Extract(extraction.Target, "");
        }
        return true;
    }
}

/// <summary>Named groups of the first match become labels; a line without a match stays as it is.</summary>
internal sealed class RegexpStep : LineStep
{
    private readonly Regex _expression;
    private readonly string[] _names;

    public RegexpStep(Regex expression)
    {
        _expression = expression;
        _names = [.. expression.GetGroupNames().Where(static name => !char.IsAsciiDigit(name[0]))];
    }

    public override bool OnlyExtracts => true;

    public override bool ReadsLabels => false;

    public override bool Process(long timeUnixNanoseconds, ref string line, LineLabels labels)
    {
        var match = _expression.Match(line);
        if (match.Success)
        {
            foreach (var name in _names)
            {
                labels.Extract(name, match.Groups[name].Value);
            }
        }
        return true;
    }
}

internal sealed class PatternStep(LinePattern pattern) : LineStep
{
    public override bool OnlyExtracts => true;

    public override bool ReadsLabels => false;

    public override bool Process(long timeUnixNanoseconds, ref string line, LineLabels labels)
    {
        pattern.Capture(line, labels.Extract);
        return true;
    }
}

internal static class JsonText
{
    /// <summary>JSON can spell half of a surrogate pair, which is no text: such a value reads as empty.</summary>
    public static string StringOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    public static string OrEmpty(Func<string?> read)
    {
        try
        {
            return read() ?? "";
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }
}
