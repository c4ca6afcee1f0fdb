using System.Text.Json;
using System.Text.Json.Nodes;
using Observability.Collector.Sources;
using Observability.Collector.Tests.Support;

namespace Observability.Collector.Tests.Sources;

/// <summary>Each field of each recorded payload removed, nulled and given another type in turn: a result every time, never an exception.</summary>
public sealed class SourceMutationTests
{
    private static readonly Func<JsonNode?>[] Replacements = [() => null, () => 7, () => "text", () => new JsonArray(1), () => new JsonObject(), () => -1.5e300, () => true];

    public static TheoryData<string> Samples()
    {
        var data = new TheoryData<string>();
        foreach (var name in SourceCatalog.All.SelectMany(source => SampleFiles.Names(source.Name)))
        {
            data.Add(name);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_changed_field_never_breaks_a_source(string sample)
    {
        var root = JsonNode.Parse(SampleFiles.Bytes(sample))!;
        var source = SourceCatalog.Find(sample[..sample.IndexOf('/', StringComparison.Ordinal)])!;
        var kind = Path.GetFileName(sample).Split('.')[0];
        var outcomes = new HashSet<SourceOutcome>();
        var mutations = 0;
        // A long artifact repeats itself: beyond this the same fields come again.
        foreach (var (holder, name) in Fields(root).Take(300).ToList())
        {
            var original = holder[name];
            holder.Remove(name);
            outcomes.Add(Read(source, root, kind));
            foreach (var replacement in Replacements)
            {
                holder[name] = replacement();
                outcomes.Add(Read(source, root, kind));
                mutations++;
            }
            holder[name] = original;
        }
        Assert.True(mutations > 50, $"only {mutations} mutations");
        Assert.NotEmpty(outcomes);
    }

    private static SourceOutcome Read(ISource source, JsonNode root, string kind)
    {
        using var document = JsonDocument.Parse(root.ToJsonString());
        var result = source.Read(new SourcePayload(document.RootElement, name => name == "X-GitHub-Event" ? kind : ""));
        Assert.True(result.Outcome == SourceOutcome.Understood ? result.Events.Count > 0 && result.Events.All(IsWhole) : result.Reason.Length > 0, result.ToString());
        return result.Outcome;
    }

    private static bool IsWhole(Telemetry.RunEvent runEvent) => runEvent.Source.Length > 0 && runEvent.Pipeline.Length > 0 && runEvent.Status != default && runEvent.Attempt > 0;

    private static IEnumerable<(JsonObject Holder, string Name)> Fields(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var field in array.SelectMany(Fields))
            {
                yield return field;
            }
        }
        if (node is not JsonObject holder)
        {
            yield break;
        }
        foreach (var (name, child) in holder.ToList())
        {
            yield return (holder, name);
            foreach (var field in Fields(child))
            {
                yield return field;
            }
        }
    }
}
