using Observability.TestKit;

namespace Observability.Portal.Tests;

/// <summary>Answers of the services, in the shapes that they give.</summary>
internal static class Recorded
{
    private const string Firing = """
        {"status":"success","data":{"alerts":[
         {"labels":{"alertname":"PipelineRunFailed","environment":"prod","severity":"critical","source":"dbt","pipeline":"orders_daily","task":"fct_orders"},
          "annotations":{"summary":"Run failed: orders_daily"},"state":"firing","activeAt":"2026-11-21T03:14:06Z","value":"1","fingerprint":"b7c41f0a9d2e6635","fired_at":"2026-11-21T03:14:06Z","occurrences":1,
          "owner":{"name":"team-orders","decided_by":"meta.owner of fct_orders"},
          "run":{"source":"dbt","pipeline":"orders_daily","run_id":"48211","attempt":2,"failed_task":"fct_orders","failed_task_count":1,"error":"Database error in model fct_orders (models/marts/fct_orders.sql)\n  column \"discount_pct\" does not exist <script>alert(1)</script>","duration_seconds":942,"usual_duration_seconds":660,"finished_at":"2026-11-21T03:14:06Z","commit":"a41f9c2"},
          "why":[{"stage":"event","passed":true,"reason":"dbt reported run 48211, attempt 2, as failed","at":"2026-11-21T03:14:06Z"},{"stage":"rule","passed":true,"reason":"PipelineRunFailed became true, no hold time","at":"2026-11-21T03:14:06Z"}]},
         {"labels":{"alertname":"PipelineRunFailed","environment":"dev","severity":"error","source":"dbt","pipeline":"orders_daily"},
          "annotations":{"summary":"Run failed: orders_daily"},"state":"firing","activeAt":"2026-11-21T03:23:00Z","value":"1","fingerprint":"00000000000000de","fired_at":"2026-11-21T03:23:00Z","occurrences":1,"owner":{"name":"unowned","decided_by":"nobody"},"why":[]},
         {"labels":{"alertname":"SourceStale","environment":"prod","severity":"warning","pipeline":"raw.payments"},"annotations":{},"state":"pending","activeAt":"2026-11-21T03:29:00Z","value":"1","fingerprint":"00000000000000aa","why":[]}]}}
        """;

    private const string Notices = """
        [{"id":"n1","receiver":"slack-orders","integration":"slack[0]","channel":"slack","environment":"prod","status":"delivered","reason":"","kind":"firing","at":"2026-11-21T03:14:06Z","settled_at":"2026-11-21T03:14:07Z","route_reason":"team = team-orders; prod allowed",
          "alerts":[{"fingerprint":"b7c41f0a9d2e6635","firing":true,"labels":{"severity":"critical","pipeline":"orders_daily"},"annotations":{"summary":"Run failed: orders_daily"},"why":[{"stage":"event","passed":true,"reason":"dbt reported run 48211"}]}],
          "attempts":[{"at":"2026-11-21T03:14:06Z","outcome":"delivered","detail":"200, ok","duration_ms":812,"possible_repeat":false}],
          "rendered":{"slack":{"text":"prod: failed","blocks":[{"type":"header","text":{"type":"plain_text","text":"prod: orders_daily failed in fct_orders"}}],"attachments":[{"color":"#A5103F","blocks":[{"type":"section","text":{"type":"mrkdwn","text":":octagonal_sign: *Critical* for <@U1|ana>\n```column &lt;b&gt;discount_pct&lt;/b&gt; does not exist```"}},{"type":"section","fields":[{"type":"mrkdwn","text":"*Run*\n<https://obs.example.com/runs/48211|48211>"},{"type":"mrkdwn","text":"*Lasted*\n15 min 42 s"}]}]}]},
          "mail":{"subject":"[prod] Critical: orders_daily failed","html":"<!doctype html><html lang=\"en\"><body><h1>orders_daily failed</h1></body></html>","text":"orders_daily failed"}}}]
        """;

    private const string Run = """{"id":"r1","kind":"run","source":"dbt","pipeline":"orders_daily","environment":"prod","run_id":"48211","attempt":2,"status":"failed","first_seen_at":"2026-11-21T03:14:06Z","ordered_at":"2026-11-21T02:58:24Z","started_at":"2026-11-21T02:58:24Z","finished_at":"2026-11-21T03:14:06Z","duration_seconds":942,"rows":1204311,"commit":"a41f9c2","task_count":2,"failed_task_count":1}""";

    public static IReadOnlyDictionary<string, HttpReply> Busy { get; } = new Dictionary<string, HttpReply>(StringComparer.Ordinal)
    {
        ["/api/v1/alerts"] = HttpReply.Json(Firing),
        ["/api/v1/alerts?state=closed"] = HttpReply.Json("""{"status":"success","data":{"alerts":[{"labels":{"environment":"prod","severity":"error"},"annotations":{"summary":"Run failed: fx_rates"},"state":"resolved","activeAt":"2026-11-21T02:00:00Z","fired_at":"2026-11-21T02:00:00Z","resolved_at":"2026-11-21T02:47:00Z","value":"0","fingerprint":"00000000000000cc","why":[]}]}}"""),
        ["/api/v1/why"] = HttpReply.Json("""{"alert":"b7c41f0a9d2e6635","labels":{},"state":"firing","steps":[{"stage":"event","passed":true,"reason":"dbt reported run 48211"}],"told":[{"receiver":"slack-orders","stage":"told","reason":"team = team-orders","intents":["n1"]}],"not_told":[{"receiver":"slack-dev","stage":"environment","reason":"may not hear of prod","intents":[]}],"configuration_version":57}"""),
        ["/api/v1/notices"] = HttpReply.Json(Notices),
        ["/api/v1/notices/n1"] = HttpReply.Json(Notices.Trim()[1..^1]),
        ["/api/v2/receivers"] = HttpReply.Json("""[{"name":"slack-orders"},{"name":"mail-orders"}]"""),
        ["/api/v1/runs"] = HttpReply.Json($$"""{"runs":[{{Run}}]}"""),
        ["/api/v1/runs/r1"] = HttpReply.Json($$"""{"run":{{Run}},"tasks":[{"name":"fct_orders","kind":"model","status":"failed","started_at":"2026-11-21T03:04:28Z","finished_at":"2026-11-21T03:14:06Z","error":"column discount_pct does not exist"},{"name":"stg_orders","kind":"model","status":"succeeded","started_at":"2026-11-21T02:58:24Z","finished_at":"2026-11-21T02:59:38Z"}],"facts":{"source":"dbt","pipeline":"orders_daily","usual_duration_seconds":660},"attempts":[{{Run}}],"previous":[]}"""),
        ["/api/v1/sources"] = HttpReply.Json("""[{"source":"dbt","endpoint":"","last_event_at":"2026-11-21T03:30:58Z","last_environment":"prod","events_total":12,"last_error":""}]"""),
    };

    public static IReadOnlyDictionary<string, HttpReply> Nothing { get; } = new Dictionary<string, HttpReply>(StringComparer.Ordinal)
    {
        ["/api/v1/alerts"] = HttpReply.Json("""{"status":"success","data":{"alerts":[]}}"""),
        ["/api/v1/notices"] = HttpReply.Json("[]"),
        ["/api/v2/receivers"] = HttpReply.Json("[]"),
        ["/api/v1/runs"] = HttpReply.Json("""{"runs":[]}"""),
        ["/api/v1/sources"] = HttpReply.Json("[]"),
    };
}
