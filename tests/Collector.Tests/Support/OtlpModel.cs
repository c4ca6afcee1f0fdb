using System.Globalization;
using System.Text.Json.Nodes;

namespace Observability.Collector.Tests.Support;

/// <summary>Random OTLP log requests that can be written in both encodings.</summary>
internal sealed class OtlpModel(Random random)
{
    private static readonly string[] Texts =
        ["", "a", "orders failed", "ä ö €", "quote \" and \\ slash", "new\nline\ttab", "😀", "https://u:secret@host/x", "Bearer abcdefghijklmnop", "AKIAABCDEFGHIJKLMNOP", "<b>&amp;",
        // Lengths around one byte's worth, which a decoder may treat apart.
        new('l', 123), new('l', 124), new('l', 125), new('l', 126), new('l', 127), new('l', 128), new('l', 300),
    ];

    private static readonly string[] Keys = ["service.name", "deployment.environment.name", "team", "k", "exception.message", "schlüssel", "a\"b"];

    private static readonly string[] Environments = ["production", "dev", "pr-7", "nowhere"];

    private readonly ProtobufBytes _protobuf = new();

    public (byte[] Protobuf, string Json) Logs()
    {
        var resources = new JsonArray();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            resources.Add(Resource());
        }
        return (_protobuf.ToArray(), new JsonObject { ["resourceLogs"] = resources }.ToJsonString());
    }

    private JsonObject Resource()
    {
        var attributes = new JsonArray();
        var scopes = new JsonArray();
        // Either order: the second one makes the reader look ahead.
        var resourceFirst = random.Next(2) == 0;
        _protobuf.Message(1, logs =>
        {
            var resource = new ProtobufBytes();
            Attributes(resource, 1, attributes);
            var environment = Environments[random.Next(Environments.Length)];
            resource.Message(1, pair => pair.Text(1, "deployment.environment").Message(2, value => value.Text(1, environment)));
            attributes.Add(new JsonObject { ["key"] = "deployment.environment", ["value"] = new JsonObject { ["stringValue"] = environment } });
            if (resourceFirst)
            {
                logs.Bytes(1, resource.ToArray());
            }
            for (var count = random.Next(1, 3); count > 0; count--)
            {
                logs.Message(2, scope => scopes.Add(Scope(scope)));
            }
            if (!resourceFirst)
            {
                logs.Bytes(1, resource.ToArray());
            }
        });
        var resourceJson = new JsonObject { ["attributes"] = attributes };
        return resourceFirst
            ? new JsonObject { ["resource"] = resourceJson, ["scopeLogs"] = scopes }
            : new JsonObject { ["scopeLogs"] = scopes, ["unknownMember"] = new JsonArray(1, "x"), ["resource"] = resourceJson };
    }

    private JsonObject Scope(ProtobufBytes scope)
    {
        var name = Texts[random.Next(Texts.Length)];
        scope.Message(1, fields => fields.Text(1, name));
        var records = new JsonArray();
        for (var count = random.Next(4); count > 0; count--)
        {
            scope.Message(2, record => records.Add(Record(record)));
        }
        return new JsonObject { ["scope"] = new JsonObject { ["name"] = name }, ["logRecords"] = records };
    }

    private JsonObject Record(ProtobufBytes record)
    {
        var time = (ulong)random.NextInt64(1, long.MaxValue);
        var severity = random.Next(0, 25);
        var trace = new byte[16];
        random.NextBytes(trace);
        var json = new JsonObject { ["severityNumber"] = severity };
        json["timeUnixNano"] = random.Next(2) == 0 ? JsonValue.Create(time) : time.ToString(CultureInfo.InvariantCulture);
        record.Fixed64(1, time).Varint(2, (ulong)severity).Varint(99, 7);
        var attributes = new JsonArray();
        Attributes(record, 6, attributes);
        json["attributes"] = attributes;
        var text = Texts[random.Next(Texts.Length)];
        record.Text(3, text);
        json["severityText"] = text;
        record.Message(5, body => json["body"] = Value(body, 0));
        if (random.Next(2) == 0)
        {
            record.Bytes(9, trace).Bytes(10, trace.AsSpan(0, 8));
            json["traceId"] = Convert.ToHexStringLower(trace);
            json["spanId"] = Convert.ToHexString(trace.AsSpan(0, 8));
        }
        return json;
    }

    private void Attributes(ProtobufBytes target, int field, JsonArray json)
    {
        for (var count = random.Next(6); count > 0; count--)
        {
            var key = Keys[random.Next(Keys.Length)];
            target.Message(field, pair =>
            {
                pair.Text(1, key);
                pair.Message(2, value => json.Add(new JsonObject { ["key"] = key, ["value"] = Value(value, 0) }));
            });
        }
    }

    private JsonObject Value(ProtobufBytes target, int depth)
    {
        switch (random.Next(depth > 3 ? 5 : 8))
        {
            case 0:
                return [];
            case 1:
                var number = random.NextInt64(long.MinValue, long.MaxValue);
                target.Varint(3, (ulong)number);
                return new JsonObject { ["intValue"] = random.Next(2) == 0 ? JsonValue.Create(number) : number.ToString(CultureInfo.InvariantCulture) };
            case 2:
                var real = (random.NextDouble() - 0.5) * 1e6;
                target.Double(4, real);
                return new JsonObject { ["doubleValue"] = real };
            case 3:
                target.Varint(2, 1);
                return new JsonObject { ["boolValue"] = true };
            case 5:
                var items = new JsonArray();
                target.Message(5, array => Repeat(() => array.Message(1, item => items.Add(Value(item, depth + 1)))));
                return new JsonObject { ["arrayValue"] = new JsonObject { ["values"] = items } };
            case 6:
                var members = new JsonArray();
                target.Message(6, map => Repeat(() =>
                {
                    var key = Keys[random.Next(Keys.Length)];
                    map.Message(1, member => member.Text(1, key).Message(2, value => members.Add(new JsonObject { ["key"] = key, ["value"] = Value(value, depth + 1) })));
                }));
                return new JsonObject { ["kvlistValue"] = new JsonObject { ["values"] = members } };
            case 7:
                var bytes = new byte[random.Next(9)];
                random.NextBytes(bytes);
                target.Bytes(7, bytes);
                return new JsonObject { ["bytesValue"] = Convert.ToBase64String(bytes) };
            default:
                var text = Texts[random.Next(Texts.Length)];
                target.Text(1, text);
                return new JsonObject { ["stringValue"] = text };
        }
    }

    private void Repeat(Action action)
    {
        for (var count = random.Next(4); count > 0; count--)
        {
            action();
        }
    }
}
