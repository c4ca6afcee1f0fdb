using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Observability.TestKit;

namespace Observability.RuleEngine.Tests.Stored;

/// <summary>
/// What is stored or sent today is read by every later program. The files in the folder Forms are never changed; a new form gets a new file beside them
/// (<c>OBS_UPDATE_GOLDEN=1</c> writes those that are missing).
/// </summary>
public sealed class StoredFormTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Names => [.. StoredSamples.All.Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_document_of_the_first_form_is_read_and_written_again_with_all_that_it_had(string name)
    {
        var sample = SampleOf(name);
        var path = RepositoryRoot.PathOf($"tests/RuleEngine.Tests/Stored/Forms/{name}.json");
        if (!File.Exists(path) && Environment.GetEnvironmentVariable("OBS_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, JsonNode.Parse(JsonSerializer.Serialize(sample.Value, sample.Form))!.ToJsonString(Indented) + "\n");
        }
        Assert.True(File.Exists(path), $"there is no '{path}'");
        var stored = File.ReadAllText(path);
        var read = JsonSerializer.Deserialize(stored, sample.Form);
        AssertHolds(JsonNode.Parse(JsonSerializer.Serialize(read, sample.Form)), JsonNode.Parse(stored), name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_document_without_a_member_that_has_a_default_is_read_with_it(string name)
    {
        var sample = SampleOf(name);
        var full = JsonNode.Parse(JsonSerializer.Serialize(sample.Value, sample.Form))!.AsObject();
        foreach (var member in sample.Form.Properties.Where(member => member.Set is not null || member.AssociatedParameter is not null))
        {
            if (DefaultOf(sample.Form.Type, member) is not (true, var expected))
            {
                continue;
            }
            Assert.True(full.ContainsKey(member.Name), $"{name}: the sample does not set {member.Name}");
            var read = JsonSerializer.Deserialize(Without(full, member.Name), sample.Form)!;
            var actual = member.Get!(read);
            Assert.True(IsSame(expected, actual), $"{name}: without {member.Name} it is '{actual ?? "null"}' instead of '{expected ?? "null"}'");
        }
    }

    private static StoredSample SampleOf(string name) => StoredSamples.All.Single(sample => sample.Name == name);

    /// <summary>A default stands at a parameter of the constructor or in the declaration of an optional member; a required one has none.</summary>
    private static (bool HasDefault, object? Value) DefaultOf(Type type, JsonPropertyInfo member)
    {
        var property = (PropertyInfo)member.AttributeProvider!;
        var parameter = type.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .FirstOrDefault(parameter => string.Equals(parameter.Name, property.Name, StringComparison.Ordinal));
        if (parameter is not null)
        {
            return (parameter.HasDefaultValue, parameter.DefaultValue);
        }
        return property.IsDefined(typeof(RequiredMemberAttribute)) ? (false, null) : (true, property.GetValue(Activator.CreateInstance(type)));
    }

    private static JsonObject Without(JsonObject document, string member)
    {
        var copy = document.DeepClone().AsObject();
        copy.Remove(member);
        return copy;
    }

    private static bool IsSame(object? expected, object? actual) =>
        expected is IEnumerable and not string ? actual is IEnumerable items && !items.GetEnumerator().MoveNext() : Equals(expected, actual);

    /// <summary>Everything in <paramref name="expected"/> is in <paramref name="actual"/>, which may hold more.</summary>
    private static void AssertHolds(JsonNode? actual, JsonNode? expected, string path)
    {
        switch (expected)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    AssertHolds(Assert.IsType<JsonObject>(actual)[name], value, $"{path}.{name}");
                }
                break;
            case JsonArray items:
                var others = Assert.IsType<JsonArray>(actual);
                Assert.Equal(items.Count, others.Count);
                for (var i = 0; i < items.Count; i++)
                {
                    AssertHolds(others[i], items[i], $"{path}[{i}]");
                }
                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{path}: '{expected}' became '{actual}'; stored documents hold it, so it must go on to be read");
                break;
        }
    }
}
