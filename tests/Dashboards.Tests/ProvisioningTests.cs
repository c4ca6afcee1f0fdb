using Observability.TestKit;

namespace Observability.Dashboards.Tests;

public sealed class ProvisioningTests
{
    [Fact]
    public void Every_data_source_is_the_one_base_url()
    {
        Assert.All(ProvisionedDataSource.All, source => Assert.Equal("$OBSERVABILITY_URL", source.Url));
    }

    [Fact]
    public void The_data_sources_are_types_that_grafana_has_built_in()
    {
        Assert.Equal(["alertmanager", "loki", "prometheus"], ProvisionedDataSource.All.Select(source => source.Type).Order());
    }

    [Fact]
    public void The_alertmanager_is_spoken_to_as_prometheus_own_and_is_linked_from_the_metrics()
    {
        var alertmanager = ProvisionedDataSource.All.Single(source => source.Type == "alertmanager");
        Assert.Equal("prometheus", alertmanager.Settings["implementation"]);
        Assert.Equal(alertmanager.Uid, ProvisionedDataSource.All.Single(source => source.Type == "prometheus").Settings["alertmanagerUid"]);
    }

    [Fact]
    public void The_alert_panel_names_the_provisioned_alertmanager()
    {
        var file = File.ReadAllText(RepositoryRoot.PathOf("dashboards/pipelines.json"));
        var alertmanager = ProvisionedDataSource.All.Single(source => source.Type == "alertmanager");
        Assert.Contains($"\"alertmanager\": \"{alertmanager.Name}\"", file, StringComparison.Ordinal);
    }

    [Fact]
    public void The_dashboards_are_read_from_the_folder_where_the_application_host_mounts_them()
    {
        var provider = File.ReadAllText(RepositoryRoot.PathOf("dashboards/provisioning/dashboards/observability.yaml"));
        var host = File.ReadAllText(RepositoryRoot.PathOf("AppHost/apphost.cs"));
        Assert.Contains("path: /var/lib/grafana/dashboards", provider, StringComparison.Ordinal);
        Assert.Contains("\"/var/lib/grafana/dashboards\"", host, StringComparison.Ordinal);
        Assert.Contains("""WithEnvironment("OBSERVABILITY_URL", portal""", host, StringComparison.Ordinal);
        Assert.Contains("""WithEnvironment("OBSERVABILITY_KEY", grafanaKey""", host, StringComparison.Ordinal);
    }
}
