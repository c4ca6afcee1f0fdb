using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads <c>settings.yaml</c>.</summary>
public static class SettingsReader
{
    /// <summary>Each has a queue of copies in memory and costs the processor an encoding; beyond that a Prometheus in between serves better.</summary>
    private const int MaximumReceivers = 4;

    public static ConfigurationResult<SettingsConfiguration> Read(string text, string file, string directory, Func<string, string?>? variables = null)
    {
        var context = new ReadingContext(file, directory, variables ?? Environment.GetEnvironmentVariable);
        var root = MappingReader.OfRoot(YamlTree.Read(text, context), context);
        return context.Finish(root is null ? null : ReadRoot(root));
    }

    private static SettingsConfiguration ReadRoot(MappingReader root)
    {
        var defaults = SettingsConfiguration.Default;
        var settings = new SettingsConfiguration
        {
            ExternalUrl = (root.Url("external_url") ?? defaults.ExternalUrl).TrimEnd('/'),
            TraceUrl = ReadTraceUrl(root),
            ForwardTracesTo = (root.Url("forward_traces_to") ?? "").TrimEnd('/'),
            ForwardMetricsTo = ReadForwardMetricsTo(root),
            EvaluationInterval = Duration(root, "evaluation_interval", defaults.EvaluationInterval, TimeSpan.FromSeconds(1)),
            PageWithin = Duration(root, "page_within", defaults.PageWithin, TimeSpan.FromMinutes(1)),
            Retention = root.Mapping("retention") is { } retention ? ReadRetention(retention, defaults.Retention) : defaults.Retention,
            Limits = root.Mapping("limits") is { } limits ? ReadLimits(limits, defaults.Limits) : defaults.Limits,
            Smtp = root.Mapping("smtp") is { } smtp ? ReadSmtp(smtp) : null,
        };
        root.Finish();
        return settings;
    }

    private static string ReadTraceUrl(MappingReader root)
    {
        if (root.Value("trace_url") is not { } node || node.AsUrl() is not { } url)
        {
            return "";
        }
        if (!url.Contains(SettingsConfiguration.TraceIdPlace, StringComparison.Ordinal))
        {
            node.Error($"must hold {SettingsConfiguration.TraceIdPlace}, as https://tracer.example.com/trace/{SettingsConfiguration.TraceIdPlace}");
        }
        return url;
    }

    private static string[] ReadForwardMetricsTo(MappingReader root)
    {
        const string Key = "forward_metrics_to";
        var addresses = new List<string>();
        foreach (var item in root.Items(Key))
        {
            if (item.AsUrl() is not { } address)
            {
                continue;
            }
            if (new Uri(address).UserInfo.Length > 0)
            {
                item.Error("must not hold a name and password: they would be in every copy of this file");
            }
            else if (addresses.Contains(address))
            {
                item.Error("is named twice");
            }
            addresses.Add(address);
        }
        if (addresses.Count > MaximumReceivers)
        {
            root.Error(Key, $"names {addresses.Count} receivers; {MaximumReceivers} at most");
        }
        return addresses.Count > 0 ? [.. addresses] : [];
    }

    private static RetentionSettings ReadRetention(MappingReader mapping, RetentionSettings defaults)
    {
        // Less than an hour would delete what is still being written and looked at.
        var least = TimeSpan.FromHours(1);
        var retention = new RetentionSettings
        {
            Logs = Duration(mapping, "logs", defaults.Logs, least),
            Metrics = Duration(mapping, "metrics", defaults.Metrics, least),
            Runs = Duration(mapping, "runs", defaults.Runs, least),
            Incidents = Duration(mapping, "incidents", defaults.Incidents, least),
            Deliveries = Duration(mapping, "deliveries", defaults.Deliveries, least),
            Decisions = Duration(mapping, "decisions", defaults.Decisions, least),
            TelemetryAge = Duration(mapping, "telemetry_age", defaults.TelemetryAge, least),
            TelemetryBytes = Bytes(mapping, "telemetry_bytes", defaults.TelemetryBytes, 64L << 20),
        };
        mapping.Finish();
        return retention;
    }

    private static LimitSettings ReadLimits(MappingReader mapping, LimitSettings defaults)
    {
        var limits = new LimitSettings
        {
            RequestBytes = Bytes(mapping, "request_bytes", defaults.RequestBytes, 64L << 10),
            InflatedBytes = Bytes(mapping, "inflated_bytes", defaults.InflatedBytes, 64L << 10),
            JsonDepth = mapping.Integer("json_depth", defaults.JsonDepth, 8, 512),
            RecordsPerRequest = mapping.Integer("records_per_request", defaults.RecordsPerRequest, 1, 10_000_000),
            AttributesPerRecord = mapping.Integer("attributes_per_record", defaults.AttributesPerRecord, 8, 10_000),
            RecordBytes = Bytes(mapping, "record_bytes", defaults.RecordBytes, 1L << 10),
            SpoolBytes = Bytes(mapping, "spool_bytes", defaults.SpoolBytes, 64L << 20),
            ActiveSeries = mapping.Integer("active_series", defaults.ActiveSeries, 1_000),
        };
        if (limits.InflatedBytes < limits.RequestBytes)
        {
            mapping.Error("inflated_bytes", "must not be less than request_bytes");
        }
        mapping.Finish();
        return limits;
    }

    private static SmtpSettings ReadSmtp(MappingReader mapping)
    {
        OwnSecretReader.Read(mapping, "auth_password", "auth_password_file");
        OwnSecretReader.Read(mapping, "auth_secret", "auth_secret_file");
        var smtp = SmtpReader.Read(mapping, "", new SmtpSettings());
        mapping.Finish();
        return smtp;
    }

    private static TimeSpan Duration(MappingReader mapping, string key, TimeSpan otherwise, TimeSpan least)
    {
        var duration = mapping.Duration(key) ?? otherwise;
        if (duration < least)
        {
            mapping.Error(key, $"must be at least {PrometheusDuration.Format(least)}");
        }
        return duration;
    }

    private static long Bytes(MappingReader mapping, string key, long otherwise, long least)
    {
        var bytes = mapping.Value(key)?.AsBytes() ?? otherwise;
        if (bytes < least)
        {
            mapping.Error(key, $"must be at least {least} bytes");
        }
        return bytes;
    }
}
