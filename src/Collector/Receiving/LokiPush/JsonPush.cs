using System.Text.Json;
using Observability.Collector.Receiving.Otlp;
using Observability.Collector.Receiving.Otlp.Json;

namespace Observability.Collector.Receiving.LokiPush;

/// <summary>
/// Reads <c>{"streams": [{"stream": {…}, "values": [["time", "line", {…}]]}]}</c> (Loki HTTP API, "Ingest logs"). Members may come in any order: values that
/// stand before the labels are bookmarked and read afterwards. Unknown members are skipped; what is missing is told, since its lines would be lost. Values of
/// labels and metadata may be numbers and booleans, which Loki refuses and pino-loki sends.
/// </summary>
internal readonly ref struct JsonPush(OtlpValues values, PushedStream stream)
{
    public void Read(int maximumDepth)
    {
        var reader = new OtlpJsonReader(values, maximumDepth);
        reader.Start();
        RequireObject(ref reader, "the push");
        var isFound = false;
        while (reader.MoveNextMember(out var name))
        {
            if (!name.Is("streams"u8))
            {
                reader.Skip();
                continue;
            }
            isFound = true;
            RequireArray(ref reader, "streams");
            while (reader.MoveNextItem())
            {
                stream.Begin();
                ReadStream(ref reader);
            }
        }
        if (!isFound)
        {
            throw reader.Malformed("the member streams is missing");
        }
        reader.RequireEnd();
    }

    private void ReadStream(ref OtlpJsonReader reader)
    {
        RequireObject(ref reader, "an item of streams");
        var (labelsAreKnown, valuesAreKnown, isBookmarked) = (false, false, false);
        OtlpJsonReader bookmark = default;
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("stream"u8))
            {
                RefuseTwin(ref reader, labelsAreKnown, "stream");
                ReadLabels(ref reader);
                labelsAreKnown = true;
            }
            else if (name.Is("values"u8))
            {
                RefuseTwin(ref reader, valuesAreKnown, "values");
                valuesAreKnown = true;
                if (labelsAreKnown)
                {
                    ReadEntries(ref reader);
                    continue;
                }
                bookmark = reader;
                isBookmarked = true;
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }
        if (!labelsAreKnown || !valuesAreKnown)
        {
            throw reader.Malformed($"the member {(labelsAreKnown ? "values" : "stream")} is missing");
        }
        if (isBookmarked)
        {
            ReadEntries(ref bookmark);
        }
    }

    private void ReadLabels(ref OtlpJsonReader reader)
    {
        RequireObject(ref reader, "stream");
        while (reader.MoveNextText(out var name))
        {
            stream.AddLabel(name, reader.ReadScalar("the value of a label"));
        }
        stream.EndLabels();
    }

    private void ReadEntries(ref OtlpJsonReader reader)
    {
        RequireArray(ref reader, "values");
        while (reader.MoveNextItem())
        {
            stream.BeginEntry();
            ReadEntry(ref reader);
            stream.EndEntry();
        }
    }

    private void ReadEntry(ref OtlpJsonReader reader)
    {
        RequireArray(ref reader, "an entry");
        if (!reader.MoveNextItem() || reader.Token == JsonTokenType.Null)
        {
            throw reader.Malformed("the time of the entry is missing: Unix nanoseconds as a string");
        }
        stream.SetTime(reader.ReadUnsigned("the time of an entry, in Unix nanoseconds,"));
        if (!reader.MoveNextItem())
        {
            throw reader.Malformed("the line of the entry is missing");
        }
        stream.SetLine(reader.Token == JsonTokenType.String ? reader.ReadText("the line of an entry") : throw reader.Malformed("the line of an entry must be a string"));
        if (!reader.MoveNextItem())
        {
            return;
        }
        if (reader.TryEnterObject("the structured metadata of an entry"))
        {
            while (reader.MoveNextText(out var name))
            {
                stream.AddMetadata(name, reader.ReadScalar("a value of structured metadata"));
            }
        }
        if (reader.MoveNextItem())
        {
            throw reader.Malformed("an entry has a time, a line and structured metadata, and nothing more");
        }
    }

    private static void RefuseTwin(ref OtlpJsonReader reader, bool isKnown, string name)
    {
        if (isKnown)
        {
            throw reader.Malformed($"the member {name} is given twice");
        }
    }

    private static void RequireObject(ref OtlpJsonReader reader, string what)
    {
        if (!reader.TryEnterObject(what))
        {
            throw reader.Malformed($"{what} must be an object");
        }
    }

    private static void RequireArray(ref OtlpJsonReader reader, string what)
    {
        if (!reader.TryEnterArray(what))
        {
            throw reader.Malformed($"{what} must be an array");
        }
    }
}
