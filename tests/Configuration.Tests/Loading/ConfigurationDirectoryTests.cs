namespace Observability.Configuration.Tests.Loading;

public sealed class ConfigurationDirectoryTests
{
    private const string Alerting = "route: {receiver: team}\nreceivers: [{name: team, slack_configs: [{api_url_file: secrets/slack, channel: '#a'}]}]\n";

    [Fact]
    public void The_shipped_defaults_load_and_deliver_to_preview()
    {
        var loaded = Loaded(ConfigurationDirectory.LoadShipped());
        Assert.Equal(["fallback", "non-prod", "prod"], loaded.Readiness.Where(receiver => receiver.Value.IsPreview).Select(receiver => receiver.Key).Order(StringComparer.Ordinal));
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15)), (loaded.Alerting.Route.GroupWait, loaded.Alerting.Route.GroupInterval));
        Assert.Equal("prod", loaded.Environments.Resolve("production").Name);
        Assert.Equal("dev", loaded.Environments.Resolve("development").Name);
        Assert.Equal(["prod"], loaded.Policy.For("prod").Environments);
        Assert.False(loaded.Policy.Allows("non-prod", "prod"));
        Assert.Null(loaded.Access);
        Assert.Equal("team-orders", loaded.Owners.Resolve([], "dbt", "orders_daily").Owner?.Id);
    }

    [Fact]
    public void The_shipped_rules_have_the_documented_severities()
    {
        var rules = Loaded(ConfigurationDirectory.LoadShipped()).RuleGroups.SelectMany(group => group.Rules).ToList();
        Assert.Equal(
            [
                "DataTestFailed error", "DeploymentFailed critical", "DeploymentFailed error", "ObsFrameSetAside error", "PipelineRunFailed critical", "PipelineRunFailed error",
                "PipelineRunOverdue warning", "PipelineRunSlow warning", "SourceStale warning",
            ],
            rules.Select(rule => $"{rule.Name} {rule.Labels["severity"]}").Order(StringComparer.Ordinal));
        Assert.All(rules, rule => Assert.NotNull(rule.Annotation("description")));
        // What is told of this product itself has no environment.
        Assert.All(rules.Where(rule => !rule.Name.StartsWith("Obs", StringComparison.Ordinal)), rule => Assert.Contains("environment", rule.Annotation("summary"), StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_is_missing_falls_back_and_says_so()
    {
        var load = ConfigurationDirectory.Load("/c", new MemoryFiles(("/c/alerting.yaml", Alerting), ("/c/secrets/slack", "https://hooks.example.com/x")));
        var loaded = Loaded(load);
        Assert.Equal("team", loaded.Policy.Fallback);
        Assert.Empty(loaded.Owners.Owners);
        Assert.False(loaded.Readiness["team"].IsPreview);
        Assert.Equal(
            ["alerting.yaml", "shipped:environments.yaml", "shipped:rules/observability.yaml", "shipped:rules/pipelines.yaml", "shipped:settings.yaml", "shipped:sources.yaml"],
            loaded.Files);
        Assert.Contains(load.Warnings, warning => warning.ToString() == "policy.yaml: does not exist: every receiver may hear of every environment, and the fallback is the root route's receiver, 'team'");
        Assert.Contains(load.Warnings, warning => warning.ToString() == "settings.yaml: does not exist; the shipped default is used");
    }

    [Fact]
    public void Keys_may_lie_outside_the_folder_and_their_files_beside_them()
    {
        var files = new MemoryFiles(("/c/access.yaml", "keys: [{name: inside, key_file: ci, roles: [read]}]"), ("/keys/access.yaml", "keys: [{name: outside, key_file: ci, roles: [read]}]"), ("/keys/ci", "0123456789abcdef"));
        var loaded = Loaded(ConfigurationDirectory.Load("/c", files, new LoadOptions { AccessFile = "/keys/access.yaml" }));
        Assert.Equal("outside", Assert.Single(loaded.Access!.Keys).Name);
        Assert.Equal("outside", loaded.Access.Find("0123456789abcdef")?.Name);
    }

    [Fact]
    public void Keys_that_are_named_and_not_there_are_an_error_and_not_an_open_door()
    {
        var load = ConfigurationDirectory.Load("/c", new MemoryFiles(), new LoadOptions { AccessFile = "/keys/access.yaml" });
        Assert.Null(load.Configuration);
        Assert.Equal("/keys/access.yaml: does not exist; the setting 'access' names it", Assert.Single(load.Errors).ToString());
    }

    [Fact]
    public void A_missing_secret_file_sends_to_preview_with_the_reason()
    {
        var load = ConfigurationDirectory.Load("/c", new MemoryFiles(("/c/alerting.yaml", Alerting)));
        Assert.Equal("slack[0]: secret file '/c/secrets/slack': does not exist", Loaded(load).Readiness["team"].PreviewReason);
        Assert.Contains(load.Warnings, warning => warning.ToString() == "alerting.yaml:2:1: receivers.team: receiver 'team' delivers to preview: slack[0]: secret file '/c/secrets/slack': does not exist");
    }

    [Fact]
    public void Errors_of_all_files_come_together()
    {
        var load = ConfigurationDirectory.Load("/c", new MemoryFiles(
            ("/c/alerting.yaml", Alerting),
            ("/c/policy.yaml", "fallback: nobody"),
            ("/c/settings.yaml", "page_within: soon"),
            ("/c/rules/a.yaml", "groups: [{name: a, rules: [{alert: A}]}]"),
            ("/c/rules/logs/b.yml", "groups: [{}]")));
        Assert.Null(load.Configuration);
        Assert.Equal(["policy.yaml:1", "rules/a.yaml:1", "rules/logs/b.yml:1", "settings.yaml:1"], load.Errors.Select(error => $"{error.File}:{error.Line}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Rule_files_are_read_in_the_language_of_their_folder()
    {
        var files = new MemoryFiles(("/c/alerting.yaml", Alerting), ("/c/rules/a.yaml", "groups: []"), ("/c/rules/logs/b.yaml", "groups: []"));
        Assert.Equal([("rules/a.yaml", RuleLanguage.PromQL), ("rules/logs/b.yaml", RuleLanguage.LogQL)], Loaded(ConfigurationDirectory.Load("/c", files)).RuleFiles.Select(file => (file.Path, file.Language)));
    }

    [Fact]
    public void A_file_that_nobody_reads_is_pointed_out()
    {
        var load = ConfigurationDirectory.Load("/c", new MemoryFiles(("/c/alerting.yaml", Alerting), ("/c/polcy.yaml", ""), ("/c/alerting.yml", "")));
        Assert.Contains(load.Warnings, warning => warning.ToString() == "polcy.yaml: is not read; did you mean 'policy.yaml'?");
        Assert.Contains(load.Warnings, warning => warning.ToString() == "alerting.yml: is not read; did you mean 'alerting.yaml'?");
    }

    [Fact]
    public void Templates_are_found_by_wildcard_and_read()
    {
        var files = new MemoryFiles(
            ("/c/alerting.yaml", Alerting + "templates: [t/*.tmpl, one.tmpl]"),
            ("/c/t/a.tmpl", "A"),
            ("/c/t/b.tmpl", "B"),
            ("/c/t/c.txt", "C"),
            ("/c/one.tmpl", "1"));
        var loaded = Loaded(ConfigurationDirectory.Load("/c", files));
        Assert.Equal([("/c/t/a.tmpl", "A"), ("/c/t/b.tmpl", "B"), ("/c/one.tmpl", "1")], loaded.Templates.Select(template => (template.Path, template.Text)));
        Assert.Contains("t/a.tmpl", loaded.Files);
    }

    [Fact]
    public void The_hash_changes_with_content_and_name_and_with_nothing_else()
    {
        string Hash(params (string, string)[] files) => Loaded(ConfigurationDirectory.Load("/c", new MemoryFiles([("/c/alerting.yaml", Alerting), .. files]))).ContentHash;
        var hash = Hash(("/c/rules/a.yaml", "groups: []"));
        Assert.Equal(hash, Hash(("/c/rules/a.yaml", "groups: []"), ("/c/notes.txt", "x")));
        Assert.NotEqual(hash, Hash(("/c/rules/a.yaml", "groups: [] ")));
        Assert.NotEqual(hash, Hash(("/c/rules/b.yaml", "groups: []")));
    }

    [Fact]
    public void A_file_in_another_encoding_is_refused_with_the_line()
    {
        var files = new MemoryFiles(("/c/alerting.yaml", Alerting)).With("/c/owners.yaml", [(byte)'#', (byte)'\n', 0xE9, (byte)'\n']);
        Assert.Equal(["owners.yaml:2:0: is not UTF-8; save the file in that encoding"], ConfigurationDirectory.Load("/c", files).Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void A_file_that_is_too_big_is_refused()
    {
        var files = new MemoryFiles(("/c/alerting.yaml", Alerting)).With("/c/owners.yaml", new byte[9 * 1024 * 1024]);
        Assert.Equal(["owners.yaml: is 9437184 bytes; at most 8388608 are read"], ConfigurationDirectory.Load("/c", files).Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_an_error()
    {
        var missing = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        Assert.Equal([$"{missing}: this folder does not exist; --config names the folder that holds the configuration"], ConfigurationDirectory.Load(missing).Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void The_repositorys_folder_loads_from_disk_and_is_what_is_shipped()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "config");
        var load = ConfigurationDirectory.Load(folder);
        var loaded = Loaded(load);
        Assert.Equal(ShippedFiles.Names, loaded.Files);
        Assert.All(ShippedFiles.Names, name => Assert.Equal(File.ReadAllBytes(Path.Combine(folder, name)), ShippedFiles.Read(name)));
        // The only things to say about it: the receivers have no address yet.
        Assert.All(load.Warnings, warning => Assert.Contains("delivers to preview", warning.Message, StringComparison.Ordinal));
    }

    private static LoadedConfiguration Loaded(ConfigurationLoad load)
    {
        Assert.Equal([], load.Errors);
        return load.Configuration!;
    }
}
