// The whole distributed system in one file: `aspire run` from the repository root, or `dotnet run AppHost/apphost.cs`.
// It is deliberately not a project of Observability.sln: building and testing the solution needs neither the
// Aspire packages nor a container runtime.
#:sdk Aspire.AppHost.Sdk@13.5.2
#:package Aspire.Hosting.Docker@13.5.2
#:package Aspire.Hosting.Elasticsearch@13.3.0
#:package Aspire.Hosting.PostgreSQL@13.5.2
#:package Aspire.Hosting.RabbitMQ@13.5.2
#:project ../src/Collector/Collector.csproj
#:project ../src/RuleEngine/RuleEngine.csproj
#:project ../src/Notifier/Notifier.csproj
#:project ../src/Portal/Portal.csproj
#:property UserSecretsId=observability-apphost
#:property ManagePackageVersionsCentrally=false
#:property AspireUseCliBundle=false
#:property NoWarn=$(NoWarn);ASPIRE010

using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.Docker.Resources.ServiceNodes;

var builder = DistributedApplication.CreateBuilder(args);

// Folders of this machine. When published they are mounted into the containers under the second name.
var configuration = (Here: Path.GetFullPath("../config", builder.AppHostDirectory), Published: "/config");
var data = (Here: Path.GetFullPath("../data", builder.AppHostDirectory), Published: "/data");
var access = (Here: Path.Combine(data.Here, "access"), Published: "/access");

// `aspire publish` writes docker-compose.yaml and .env from this model.
builder.AddDockerComposeEnvironment("compose")
    .WithDashboard(dashboard => dashboard.WithHostPort(18888));

// Grafana does not come from loopback, so everybody needs a key. Keys are made once for this machine, below data/, which no repository holds.
WriteAccess(access.Here);
var grafanaKey = builder.AddParameter("grafana-key", () => File.ReadAllText(Path.Combine(access.Here, "grafana.key")), secret: true);
var grafanaPassword = builder.AddParameter("grafana-admin-password", new GenerateParameterDefault { MinLength = 16, Special = false }, secret: true, persist: true);

// Infrastructure. Named volumes and persistent containers keep the data and make the second start fast.
var rabbitmq = builder.AddRabbitMQ("rabbitmq")
    .WithManagementPlugin()
    .WithDataVolume("observability-rabbitmq")
    .WithLifetime(ContainerLifetime.Persistent);

var elasticsearch = builder.AddElasticsearch("elasticsearch")
    .WithEnvironment("ES_JAVA_OPTS", "-Xms512m -Xmx512m")
    .WithDataVolume("observability-elasticsearch")
    .WithLifetime(ContainerLifetime.Persistent);

// What replicas will share: configuration versions, alert state, deliveries, leases.
var rulesDb = builder.AddPostgres("postgres")
    .WithDataVolume("observability-postgres")
    .WithLifetime(ContainerLifetime.Persistent)
    .AddDatabase("rulesdb");

// Services. Each reads the same configuration folder and keeps its own state under data/<service>. Receivers, SMTP and Slack are in alerting.yaml,
// secrets in files that it names: nothing of them passes through here.
var collector = Service(builder.AddProject<Projects.Collector>("collector"))
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(elasticsearch).WaitFor(elasticsearch);

// One replica: a second would be a second engine until leases are kept in PostgreSQL.
var ruleEngine = Service(builder.AddProject<Projects.RuleEngine>("rule-engine"))
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(elasticsearch).WaitFor(elasticsearch)
    .WithReference(rulesDb).WaitFor(rulesDb);

var notifier = Service(builder.AddProject<Projects.Notifier>("notifier"))
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(rulesDb).WaitFor(rulesDb);

// The one base URL, for people and for Grafana: it forwards every API to its service.
var portal = Service(builder.AddProject<Projects.Portal>("portal"))
    .WithReference(elasticsearch).WaitFor(elasticsearch)
    .WithReference(collector).WaitFor(collector)
    .WithReference(ruleEngine).WaitFor(ruleEngine)
    .WithReference(notifier).WaitFor(notifier)
    .WithExternalHttpEndpoints()
    .WithUrlForEndpoint("http", url => url.DisplayText = "Portal");

if (builder.ExecutionContext.IsRunMode)
{
    // Mail that alerting.yaml sends to localhost:1025 lands here; nothing leaves the machine.
    builder.AddContainer("mailpit", "axllent/mailpit", "v1.27")
        .WithHttpEndpoint(targetPort: 8025, name: "http")
        .WithEndpoint(port: 1025, targetPort: 1025, name: "smtp", scheme: "smtp")
        .WithHttpHealthCheck("/readyz");
}

builder.AddContainer("grafana", "grafana/grafana", "12.1.1")
    .WithBindMount("../dashboards/provisioning", "/etc/grafana/provisioning", isReadOnly: true)
    .WithBindMount("../dashboards", "/var/lib/grafana/dashboards", isReadOnly: true)
    .WithVolume("observability-grafana", "/var/lib/grafana")
    .WithEnvironment("GF_SECURITY_ADMIN_PASSWORD", grafanaPassword)
    .WithEnvironment("GF_AUTH_ANONYMOUS_ENABLED", builder.ExecutionContext.IsRunMode ? "true" : "false")
    .WithEnvironment("OBSERVABILITY_URL", portal.GetEndpoint("http"))
    .WithEnvironment("OBSERVABILITY_KEY", grafanaKey)
    .WithHttpEndpoint(port: 3000, targetPort: 3000, name: "http")
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/api/health")
    .WaitFor(portal);

builder.Build().Run();

// What all four have alike.
IResourceBuilder<ProjectResource> Service(IResourceBuilder<ProjectResource> service)
    => service
        .WithEnvironment("config", Folder(configuration))
        .WithEnvironment("data", Folder(data))
        .WithEnvironment("access", Folder(access) + "/access.yaml")
        .WithHttpHealthCheck("/health")
        .PublishAsDockerComposeService((_, compose) => compose.AddVolumes([Mount(configuration, true), Mount(access, true), Mount(data, false)]));

string Folder((string Here, string Published) folder) => builder.ExecutionContext.IsPublishMode ? folder.Published : folder.Here;

static Volume Mount((string Here, string Published) folder, bool isReadOnly)
    => new() { Name = folder.Published.TrimStart('/'), Type = "bind", Source = folder.Here, Target = folder.Published, ReadOnly = isReadOnly };

// access.yaml holds hashes only, so a container may read it; the keys themselves are for this machine's user: grafana.key, and operator.key for the Portal and
// for senders until they get keys of their own. What is there is left as it is: edit it, or delete the folder for new keys.
static void WriteAccess(string folder)
{
    var file = Path.Combine(folder, "access.yaml");
    if (File.Exists(file))
    {
        return;
    }
    Directory.CreateDirectory(folder);
    var text = new StringBuilder("keys:\n");
    foreach (var (name, role) in ((string, string)[])[("grafana", "read"), ("operator", "admin")])
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var keyFile = Path.Combine(folder, name + ".key");
        File.WriteAllText(keyFile, key);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        text.Append($"  - {{name: {name}, sha256: {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}, roles: [{role}]}}\n");
    }
    File.WriteAllText(file, text.ToString());
}
