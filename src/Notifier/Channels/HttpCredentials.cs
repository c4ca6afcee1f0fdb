using System.Net.Http.Headers;
using System.Text;
using Observability.Configuration;

namespace Observability.Notifier.Channels;

/// <summary>Puts the credentials and further headers of an <c>http_config</c> on a request. Secrets are read now, so a rotated one needs no reload.</summary>
internal static class HttpCredentials
{
    private const int MostNameBytes = 4096;

    /// <returns>Why it could not be done, or null.</returns>
    public static string? Apply(HttpRequestMessage request, HttpClientSettings settings, IFileReader files)
    {
        if (settings.Authorization is { } authorization)
        {
            var credentials = authorization.Credentials?.Read(files) ?? new SecretReading("", null);
            if (credentials.Value is null)
            {
                return credentials.Problem;
            }
            request.Headers.Authorization = new AuthenticationHeaderValue(authorization.Type, credentials.Value);
        }
        else if (settings.Basic is { } basic && ApplyBasic(request, basic, files) is { } problem)
        {
            return problem;
        }
        foreach (var header in settings.Headers)
        {
            foreach (var value in header.Values.Select(secret => secret.Read(files)))
            {
                if (value.Value is null)
                {
                    return value.Problem;
                }
                if (!request.Headers.TryAddWithoutValidation(header.Name, value.Value))
                {
                    return $"http_config.http_headers: '{header.Name}' is not a header of a request";
                }
            }
        }
        return null;
    }

    private static string? ApplyBasic(HttpRequestMessage request, BasicAuthentication basic, IFileReader files)
    {
        var name = basic.Username ?? "";
        if (basic.UsernameFile is { } path)
        {
            var reading = files.Read(path, MostNameBytes);
            if (reading.Bytes is null)
            {
                return $"username_file '{path}' {reading.Problem}";
            }
            name = Encoding.UTF8.GetString(reading.Bytes).Trim();
        }
        var password = basic.Password?.Read(files) ?? new SecretReading("", null);
        if (password.Value is null)
        {
            return password.Problem;
        }
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password.Value}")));
        return null;
    }
}
