using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Observability.Configuration;
using Observability.RuleEngine.Configuration;
using Observability.ServiceDefaults.Access;

namespace Observability.RuleEngine.Api;

/// <summary>
/// The rule configuration API: rule groups as YAML or JSON, with ETag and If-Match. A group that a file defines is read-only here. What answers 200 is
/// active and stored; what answers 422 changed nothing and says every error with its line.
/// </summary>
internal static class RuleConfigurationApi
{
    /// <summary>Bytes of one group. Big rule packs are split into groups of tens of rules; 1 MiB is thousands.</summary>
    private const int MaximumGroupBytes = 1 << 20;

    public static IEndpointRouteBuilder MapRuleConfiguration(this IEndpointRouteBuilder endpoints)
    {
        var read = endpoints.MapGroup("").RequireRole(AccessRoles.Read);
        read.MapGet("/api/v1/config/rules", ListAsync);
        read.MapGet("/api/v1/config/rules/{group}", GetAsync);
        read.MapPost("/api/v1/config/validate", ValidateAsync);

        var edit = endpoints.MapGroup("").RequireRole(AccessRoles.Edit);
        edit.MapPut("/api/v1/config/rules/{group}", PutAsync);
        edit.MapDelete("/api/v1/config/rules/{group}", DeleteAsync);
        edit.MapPost("/-/reload", ReloadAsync);
        return endpoints;
    }

    private static async Task<IResult> ListAsync(ConfigurationKeeper keeper, CancellationToken cancellationToken)
    {
        var stored = (await keeper.StoredGroupsAsync(cancellationToken)).ToDictionary(group => group.Name, StringComparer.Ordinal);
        var groups = keeper.Current.Configuration.RuleGroups.Select(group =>
        {
            var own = RuleGroupStore.IsStored(group) ? stored.GetValueOrDefault(group.Name) : null;
            return new ListedGroup(group.Name, group.File, own is null, group.Rules.Count, own?.ETag, own?.Actor, own?.At);
        });
        return Results.Json(new ListedGroups(keeper.Current.Version, [.. groups]), RuleConfigurationJson.Default.ListedGroups);
    }

    private static async Task<IResult> GetAsync(string group, HttpResponse response, ConfigurationKeeper keeper, CancellationToken cancellationToken)
    {
        var stored = (await keeper.StoredGroupsAsync(cancellationToken)).FirstOrDefault(candidate => candidate.Name == group);
        if (stored is not null)
        {
            response.Headers.ETag = stored.ETag;
            return Results.Text(stored.Text, "application/yaml", Encoding.UTF8);
        }
        var file = keeper.Current.Configuration.RuleFiles.FirstOrDefault(file => file.Groups.Any(candidate => candidate.Name == group));
        return file is null ? Problem(404, $"there is no rule group '{group}'") : Results.Text(file.OriginalText, "application/yaml", Encoding.UTF8);
    }

    private static async Task<IResult> PutAsync(string group, HttpRequest request, HttpResponse response, [FromHeader(Name = "If-Match")] string? ifMatch,
        ConfigurationKeeper keeper, CancellationToken cancellationToken)
    {
        if (await ReadTextAsync(request, cancellationToken) is not { } text)
        {
            return Problem(413, $"a rule group may have {MaximumGroupBytes} bytes; split it");
        }
        var outcome = await keeper.PutGroupAsync(group, text, ifMatch, ActorOf(request), CancellationToken.None);
        response.Headers.ETag = outcome.ETag;
        return ToResult(outcome);
    }

    private static async Task<IResult> DeleteAsync(string group, HttpRequest request, [FromHeader(Name = "If-Match")] string? ifMatch,
        ConfigurationKeeper keeper) =>
        ToResult(await keeper.DeleteGroupAsync(group, ifMatch, ActorOf(request), CancellationToken.None));

    // ?group=NAME says which group the text is to be; without it the text's own name holds.
    private static async Task<IResult> ValidateAsync(string? group, HttpRequest request, ConfigurationKeeper keeper, CancellationToken cancellationToken)
    {
        if (await ReadTextAsync(request, cancellationToken) is not { } text)
        {
            return Problem(413, $"a rule group may have {MaximumGroupBytes} bytes; split it");
        }
        var name = group ?? RuleFileReader.ReadOneGroup(text, "body", RuleLanguage.PromQL, RuleChecks.None).Value?.Groups[0].Name ?? "";
        var errors = await keeper.ValidateAsync(name, text, cancellationToken);
        return errors.Count == 0 ? Results.Json(new ChangeAnswer("valid", keeper.Current.Version, null, null), RuleConfigurationJson.Default.ChangeAnswer) : Invalid(errors);
    }

    private static async Task<IResult> ReloadAsync(HttpRequest request, ConfigurationKeeper keeper) =>
        ToResult(await keeper.ReloadAsync(ActorOf(request), CancellationToken.None));

    private static IResult ToResult(ChangeOutcome outcome) => outcome.Status switch
    {
        ChangeStatus.Applied => Results.Json(new ChangeAnswer("active", outcome.Version, null, null), RuleConfigurationJson.Default.ChangeAnswer),
        ChangeStatus.Invalid => Invalid(outcome.Errors),
        ChangeStatus.Conflict => Problem(409, outcome.Reason),
        ChangeStatus.Outdated => Problem(412, outcome.Reason),
        _ => Problem(404, outcome.Reason),
    };

    private static IResult Invalid(IReadOnlyList<ConfigurationError> errors) =>
        Results.Json(new ChangeAnswer("invalid", null, "nothing was changed", [.. errors.Select(error => new ErrorView(error.File, error.Line, error.Column, error.Path, error.Message))]),
            RuleConfigurationJson.Default.ChangeAnswer, statusCode: 422);

    private static IResult Problem(int status, string reason) =>
        Results.Json(new ChangeAnswer("refused", null, reason, null), RuleConfigurationJson.Default.ChangeAnswer, statusCode: status);

    private static string ActorOf(HttpRequest request) => request.HttpContext.GetActor().Name;

    private static async Task<string?> ReadTextAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > MaximumGroupBytes)
            {
                return null;
            }
        }
        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }
}

internal sealed record ListedGroups(long Version, IReadOnlyList<ListedGroup> Groups);

internal sealed record ListedGroup(string Name, string File, bool ReadOnly, int Rules, string? Etag, string? Actor, DateTimeOffset? ChangedAt);

internal sealed record ChangeAnswer(string Status, long? Version, string? Reason, IReadOnlyList<ErrorView>? Errors);

internal sealed record ErrorView(string File, int Line, int Column, string Path, string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListedGroups))]
[JsonSerializable(typeof(ChangeAnswer))]
internal sealed partial class RuleConfigurationJson : JsonSerializerContext;
